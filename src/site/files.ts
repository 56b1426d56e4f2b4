import { deprecationSorts, deprecationsFile, fileLinks, fileName } from './links.ts';
import { locate } from './locate.ts';
import { buildSiteModel, isToolName, type SiteInput, type SiteModel } from './model.ts';
import { renderPage } from './pages/document.ts';
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
function* addressesOf({ images, use }: SiteModel): Iterable<readonly [path: string, address: string]> {
  yield ['index.html', '/'];
  for (const sort of deprecationSorts) yield [deprecationsFile(sort), `/deprecations?sort=${sort}`];
  for (const fixed of ['style.css', 'icon.svg', 'openapi.json', 'api/v1/deprecations.csv'])
    yield [fixed, `/${fixed}`];
  for (const list of ['images', 'catalog', 'deprecations']) yield [`api/v1/${list}.json`, `/api/v1/${list}`];
  for (const { entry } of images) {
    yield [`images/${fileName(entry.name)}.html`, `/images/${encodeURIComponent(entry.name)}`];
    for (const shortName of [entry.name, ...entry.aliases])
      yield [`api/v1/images/${fileName(shortName)}.json`, `/api/v1/images/${encodeURIComponent(shortName)}`];
  }
  const tools = new Set(use.known ? use.workloads.map(({ tool }) => tool).filter(isToolName) : []);
  for (const tool of tools) {
    yield [`tools/${tool}.html`, `/tools/${tool}`];
    yield [`api/v1/tools/${tool}.json`, `/api/v1/tools/${tool}`];
    yield [`v1/tool/${tool}/images.json`, `/v1/tool/${tool}/images`];
  }
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
  const path = `images/${fileName(alias)}.html`;
  const links = fileLinks(`/${path}`);
  const next = links.image(name);
  const canonical = model.publicUrl === undefined ? next : new URL(next, `${model.publicUrl}/${path}`).href;
  const content = `${alias} is an alias of ${name}.`;
  return { path, text: renderPage({ title: alias, canonical, next, content }, { model, links }) };
}
