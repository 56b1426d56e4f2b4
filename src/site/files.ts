import { deprecationSorts, deprecationsFile, fileLinks, fileName, pageFile } from './links.ts';
import { locate } from './locate.ts';
import { buildSiteModel, isToolName, type SiteInput, type SiteModel } from './model.ts';
import { renderPage } from './pages/document.ts';
import { pagesOf, ROWS } from './paging.ts';
import { notFound } from './routes.ts';

export interface SiteFile {
  /** Below the directory of the site, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** The site as files that any web server can serve from any path: the pages and JSON of `siteFrom`, without a search. */
export function* siteFiles(input: SiteInput): Iterable<SiteFile> {
  const model = buildSiteModel(input);
  for (const [path, address] of addressesOf(model)) yield { path, text: textAt(model, path, address) };
  for (const { entry } of model.images)
    for (const alias of entry.aliases) yield aliasFile(model, alias, entry.name);
  yield { path: '404.html', text: notFound(model, fileLinks('/404.html'), undefined) };
}

/** The file of each address that the site answers with content. */
function* addressesOf({ images, byTool }: SiteModel): Iterable<readonly [path: string, address: string]> {
  const deprecated = images.filter(({ deprecation }) => deprecation);
  yield* pagesAt('/', images.length - deprecated.length, (page) => pageFile('index', page));
  for (const sort of deprecationSorts)
    yield* pagesAt(`/deprecations?sort=${sort}`, deprecated.length, (page) => deprecationsFile(sort, page));
  for (const fixed of ['style.css', 'icon.svg', 'openapi.json', 'api/v1/deprecations.csv'])
    yield [fixed, `/${fixed}`];
  for (const list of ['images', 'catalog', 'deprecations']) yield [`api/v1/${list}.json`, `/api/v1/${list}`];
  for (const { entry, workloads = [] } of images) {
    const name = fileName(entry.name);
    yield* pagesAt(`/images/${name}`, workloads.length, (page) => `images/${pageFile(name, page)}`);
    for (const shortName of [entry.name, ...entry.aliases].map(fileName))
      yield [`api/v1/images/${shortName}.json`, `/api/v1/images/${shortName}`];
  }
  for (const [tool, workloads] of byTool ?? []) {
    if (!isToolName(tool)) continue;
    yield* pagesAt(`/tools/${tool}`, workloads.length, (page) => `tools/${pageFile(tool, page)}`);
    yield [`api/v1/tools/${tool}.json`, `/api/v1/tools/${tool}`];
    yield [`v1/tool/${tool}/images.json`, `/v1/tool/${tool}/images`];
  }
}

/** The pages of a list with so many rows. */
function* pagesAt(
  address: string,
  rows: number,
  fileOf: (page: number) => string,
): Iterable<readonly [path: string, address: string]> {
  for (let page = 1; page <= pagesOf(rows, ROWS); page += 1)
    yield [fileOf(page), page === 1 ? address : `${address}${address.includes('?') ? '&' : '?'}page=${page}`];
}

function textAt(model: SiteModel, file: string, address: string): string {
  const { matched, query } = locate(address);
  const path = `/${file}`;
  const asked = { parameter: matched?.parameter ?? '', query, path, links: fileLinks(path) };
  const found = matched?.route.find(model, asked);
  if (found?.kind !== 'content') throw new Error(`there is no content at ${address}`);
  return found.text;
}

/** A page that leads on to the page of the image, like the redirect of a server. */
function aliasFile(model: SiteModel, alias: string, name: string): SiteFile {
  const path = `images/${pageFile(fileName(alias))}`;
  const links = fileLinks(`/${path}`);
  const next = links.image(name);
  const canonical = model.publicUrl === undefined ? next : new URL(next, `${model.publicUrl}/${path}`).href;
  const content = `${alias} is an alias of ${name}.`;
  return { path, text: renderPage({ title: alias, canonical, next, content }, { model, links, page: 1 }) };
}
