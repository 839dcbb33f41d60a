import { isMap, isScalar, type Node } from 'yaml'
import type { JsonValue } from '../core/json'
import { ofFeature } from './feature-key'
import { empty, notAMapping } from './refused'
import type { Unplaced } from './unplaced'
import type { Anchors } from './yaml-anchors'
import { readDocument } from './yaml-document'
import { keyText, offsetOf } from './yaml-node'
import { YamlDecoder } from './yaml-value'

export interface YamlMember {
  readonly key: string
  readonly offset: number
  readonly value: JsonValue
}

/** What a piece of YAML says, all places counted from the piece's start. */
export interface Piece {
  readonly members: readonly YamlMember[]
  readonly problems: readonly Unplaced[]
  /** True when what the piece means depends on others, or theirs on it. */
  readonly tied: boolean
  readonly fatal?: Unplaced
}

export function readPiece(text: string, anchors: Anchors): Piece {
  const document = readDocument(text)
  if (document.fatal) return broken(document.fatal)
  const { contents } = document
  const decoder = new YamlDecoder(anchors)
  if (!isMap(contents)) return broken(isNothing(contents) ? empty('yaml') : notAMapping(decoder.value(contents), offsetOf(contents)))
  const members: YamlMember[] = []
  const problems: Unplaced[] = []
  for (const pair of contents.items) {
    const key = decoder.key(pair, contents)
    const value = decoder.value(pair.value)
    for (const problem of decoder.problems.splice(0)) problems.push({ ...problem, ...ofFeature(key) })
    if (key !== undefined) members.push({ key, value, offset: offsetOf(pair.key) })
  }
  const piece = { members, problems, tied: decoder.tied }
  return anchors.spent ? { ...piece, fatal: tooLarge(members.at(-1)?.offset ?? 0) } : piece
}

const broken = (fatal: Unplaced): Piece => ({ members: [], problems: [], tied: false, fatal })

const isNothing = (contents: Node | null): contents is null =>
  contents === null || (isScalar(contents) && contents.value === null && keyText(contents) === undefined)

/** For a line in the place of a key that is none. */
export function noPair(text: string): Unplaced {
  const found = JSON.stringify(text.split('\n', 1)[0]?.slice(0, 40))
  const message = `found ${found} where a "key: value" line must stand; add the colon and the value, or indent the line to go on with the one above`
  return { code: 'syntax', severity: 'error', message, offset: 0 }
}

const tooLarge = (offset: number): Unplaced => ({
  code: 'too-large',
  severity: 'error',
  message: 'the aliases stand for more than a million values; write fewer aliases of aliases',
  offset,
})
