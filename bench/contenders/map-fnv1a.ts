import { withHash } from './map-if'

/** FNV-1a of a text's code units, as one copies it into a project. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

export const candidate = withHash(
  '`Map` and `if`, FNV-1a',
  'the hand-written `if` with `FNV1a(flag + ":" + id) % 1000`',
  (name, id) => fnv1a(`${name}:${id}`) % 1000,
)
