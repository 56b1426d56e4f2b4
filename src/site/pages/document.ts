import { type ComponentChildren, h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { UNPRINTABLE } from '../../catalog/wording.ts';
import type { SiteLinks } from '../links.ts';
import type { SiteModel } from '../model.ts';
import { minuteOf } from '../use.ts';

/** A page without its frame. */
export interface SitePage {
  readonly title: string;
  /** Its own address, or that of the page that replaces it. */
  readonly canonical?: string | undefined;
  /** The link to which the browser is redirected at once. */
  readonly next?: string;
  /** The link of the header that leads to this page; undefined if none does. */
  readonly section?: 'images' | 'deprecations';
  readonly content: ComponentChildren;
}

/** The input of a page. */
export interface PageContext {
  readonly model: SiteModel;
  readonly links: SiteLinks;
  /** The number of the page of a long list, from 1. */
  readonly page: number;
}

/**
 * The Content-Security-Policy of a page. It allows the style sheet and the search, but no script. Browsers read
 * `frame-ancestors` only in a header.
 */
export const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'";

/**
 * The whole document as HTML. Preact escapes all text and attributes; invisible characters, and characters that change the
 * direction of a text, become U+FFFD.
 */
export function renderPage(
  { title, content, canonical, next, section }: SitePage,
  { model, links }: PageContext,
): string {
  const document = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      links.kind === 'files' && h('meta', { 'http-equiv': 'Content-Security-Policy', content: pagePolicy }),
      next !== undefined && h('meta', { 'http-equiv': 'refresh', content: `0; url=${next}` }),
      canonical !== undefined && h('link', { rel: 'canonical', href: canonical }),
      h('title', null, `${title} – Images of Toolforge`),
      h('link', { rel: 'stylesheet', href: links.styleSheet }),
      h('link', { rel: 'icon', type: 'image/svg+xml', href: links.icon }),
    ),
    h(
      'body',
      null,
      h('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
      header(links, section),
      h('main', { id: 'main' }, ...notices(model), h('h1', null, title), content),
      footer(model, links),
    ),
  );
  return `<!doctype html>\n${renderToString(document).replace(UNPRINTABLE, '\ufffd')}\n`;
}

function header(links: SiteLinks, section: SitePage['section']): VNode {
  const link = (to: SitePage['section'], href: string, text: string): VNode =>
    h('a', { href, ...(to === section && { 'aria-current': 'page' }) }, text);
  return h(
    'header',
    null,
    h(
      'nav',
      { 'aria-label': 'Pages' },
      link('images', links.home(), 'Images'),
      link('deprecations', links.deprecations('name'), 'Deprecations'),
    ),
  );
}

function notices({ outdated, staleSince }: SiteModel): readonly VNode[] {
  const texts = [
    ...(outdated === undefined ? [] : [outdated]),
    ...(staleSince === undefined
      ? []
      : [`this is stale since ${minuteOf(staleSince)}, when the admission webhook last answered this site`]),
  ];
  return texts.map((text) => h('p', { class: 'notice', role: 'status' }, `Note: ${text}.`));
}

const footer = ({ lookup, today }: SiteModel, links: SiteLinks): VNode =>
  h(
    'footer',
    null,
    h('p', null, `As of ${today} (UTC). Catalog `, h('code', null, lookup.catalog.digest), '.'),
    h(
      'p',
      null,
      'This site does not see files of tools, such as jobs.yaml and service.template. ',
      h('a', { href: links.api }, 'The API'),
      ' has the same as JSON.',
    ),
  );
