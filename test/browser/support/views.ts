import type { Page } from 'playwright-core';
import { violationsOf } from './accessibility.ts';

export const SCHEMES = ['light', 'dark'] as const;

/** Widths of a phone, a tablet and a desk, in CSS pixels. */
const WIDTHS = [360, 768, 1280];

interface View {
  readonly violations: readonly string[];
  /** By how much the page is wider than the window, in CSS pixels. */
  readonly overflow: number;
}

/** What is wrong with an open page, by width of the window; empty for a page that is fine. */
export async function faultsOf(page: Page): Promise<Record<number, View>> {
  const faults: Record<number, View> = {};
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const violations = await violationsOf(page);
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (violations.length > 0 || overflow > 0) faults[width] = { violations, overflow };
  }
  return faults;
}
