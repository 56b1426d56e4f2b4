import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

/**
 * Debian's Chromium without a window, or the one that `CHROMIUM` names. None of its services calls elsewhere.
 */
const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      // CI runs as root, where Chromium has no sandbox.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** A page of a browser, and everything that it complains about. */
export interface Visit {
  readonly page: Page;
  /** Console messages, faults, violations of the policy and failed requests so far. */
  readonly complaints: readonly string[];
  /** The addresses of all requests so far. */
  readonly requests: readonly string[];
}

/** Starts one browser for the tests of a file. The result opens a page, which is closed at the end of its test. */
export function useBrowser(): (options?: BrowserContextOptions) => Promise<Visit> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());
  return async (options) => {
    const context = await browser.newContext(options);
    onTestFinished(() => context.close());
    // Below the timeout of a test, so that a failure says what it waited for.
    context.setDefaultTimeout(10_000);
    return observe(await context.newPage());
  };
}

async function observe(page: Page): Promise<Visit> {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`fault: ${error.message}`));
  page.on('request', (request) => requests.push(request.url()));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // The browser aborts what a page has requested when it leaves the page.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${reason}`);
  });
  await page.addInitScript(
    "document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => console.error('violated', violatedDirective, blockedURI))",
  );
  return { page, complaints, requests };
}

/** What Chromium logs about a document with status 404. */
export const NOT_FOUND =
  'console: Failed to load resource: the server responded with a status of 404 (Not Found)';
