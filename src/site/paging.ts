/** One page of a long list. */
interface ListPage<Item> {
  readonly items: readonly Item[];
  /** From 1. */
  readonly number: number;
  readonly pages: number;
}

/** Rows of a page. With names as tools have them they are 60 KiB of HTML. */
export const ROWS = 250;

/** An empty list has one page. */
export const pagesOf = (length: number, size: number): number => Math.max(1, Math.ceil(length / size));

/** The page of this number, or the last one. */
export function pageOf<Item>(list: readonly Item[], number: number, size: number): ListPage<Item> {
  const pages = pagesOf(list.length, size);
  const shown = Math.min(number, pages);
  return { items: list.slice((shown - 1) * size, shown * size), number: shown, pages };
}

/** The number that a query asks for; 1 unless it asks for another one. */
export const pageFrom = (query: URLSearchParams): number => {
  const text = query.get('page') ?? '';
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 1;
};
