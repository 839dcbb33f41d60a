/** The syntaxes a live config may be written in. */
export type Format = 'yaml' | 'json' | 'ini'
