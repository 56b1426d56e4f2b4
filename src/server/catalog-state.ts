/** What is known of the newest text of the catalog. `serving` is the digest of the catalog that answers come from. */
export type CatalogState =
  /** Nobody has looked yet. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'valid';
      readonly serving: string;
      readonly entries: number;
      readonly warnings: number;
    }
  | { readonly kind: 'invalid'; readonly errors: number; readonly serving: string | undefined }
  | { readonly kind: 'absent'; readonly serving: string | undefined }
  /** No text: not permitted, not UTF-8. `seen` as where it was found. */
  | {
      readonly kind: 'unreadable';
      readonly fault: string;
      readonly seen: boolean;
      readonly serving: string | undefined;
    }
  /** A fault of ours: the check broke off. */
  | { readonly kind: 'unjudged'; readonly fault: string; readonly serving: string | undefined };
