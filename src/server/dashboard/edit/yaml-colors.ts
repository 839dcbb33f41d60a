import { Decoration, MatchDecorator, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import type { DecorationSet, EditorView } from '@codemirror/view'

/** What a piece of a line is, by the group that matched; a text of several words is nothing. */
const PIECES =
  /(#.*$)|("(?:[^"\\]|\\.)*"|'[^']*'|[\w$.-]+)(?=\s*:(?:\s|$))|[\w$@./-]+(?: +[\w$@./'!?-]+)+|(?<![\w$@./-])(true|false|null|on|off|-?\d+(?:\.\d+)?)(?=[\s,\]}]|$)/g

const CLASSES = ['comment', 'key', 'constant'] as const
const MARKS = CLASSES.map((name) => Decoration.mark({ class: `cm-${name}` }))

const pieces = new MatchDecorator({
  regexp: PIECES,
  decoration: (match) => MARKS[match.slice(1).findIndex((group) => group !== undefined)] ?? null,
})

/**
 * Colours for YAML and JSON, line by line. A parser for all of YAML would be a tenth of the whole
 * page; the problems come from the server's own.
 */
export const yamlColors = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = pieces.createDeco(view)
    }

    update(update: ViewUpdate): void {
      this.decorations = pieces.updateDeco(update, this.decorations)
    }
  },
  { decorations: ({ decorations }) => decorations },
)
