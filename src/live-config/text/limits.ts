/** What a text may hold. Each limit is far more than anybody needs, and little enough to be read. */

/** How deep a text may nest, entry or not: recursion over a value can bear more. */
export const MAX_TEXT_DEPTH = 100

/** How many keys the top of a text may have. */
export const MAX_ENTRIES = 200_000

/** How long a text may be that is itself JSON: it is read in one step. */
export const MAX_JSON_TEXT = 1024 * 1024

/** How long the text of one key at the top of a YAML text may be. */
export const MAX_PIECE = 16 * 1024 * 1024

/** How many values one key at the top of a YAML text may have. */
export const MAX_VALUES = 500_000

export const tooManyEntries = (offset: number) =>
  ({
    code: 'too-large',
    severity: 'error',
    message: `there are more than ${MAX_ENTRIES} keys at the top, which is the limit for one text; divide it, or remove what is not used any more`,
    offset,
  }) as const
