/**
 * Keys of a bucket have letters, digits and few other characters; a dot begins a new part, which a
 * watch can name. What else a name of ours has is written as `=` and two hexadecimal digits for each
 * byte.
 */
const escaped = (part: string): string =>
  part.replace(/[^\w-]/gu, (letter) =>
    [...Buffer.from(letter)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  )

function unescaped(part: string): string {
  const bytes = part.replace(/=([\da-f]{2})|([^=])/g, (_, hex?: string, letter?: string) =>
    hex === undefined ? Buffer.from(letter ?? '').toString('hex') : hex,
  )
  return Buffer.from(bytes, 'hex').toString()
}

/** The key of the bucket for a name such as `history/000000012`. `head`: the key of the text. */
export const keyOf = (head: string, name: string): string =>
  name === '' ? head : [head, ...name.split('/').map(escaped)].join('.')

/** Of the keys whose names begin with the whole parts of a prefix: the server sends no others. */
export const filterOf = (head: string, prefix: string): string =>
  `${keyOf(head, prefix.slice(0, Math.max(prefix.lastIndexOf('/'), 0)))}.>`

export const nameOf = (head: string, key: string): string =>
  key
    .slice(head.length + 1)
    .split('.')
    .map(unescaped)
    .join('/')
