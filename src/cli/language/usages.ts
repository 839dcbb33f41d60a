import type { Project, SourceText } from '../setup/project'

/** A place in the code that names a feature. */
export interface Usage {
  /** From the project's directory, with `/`. */
  readonly path: string
  /** From 1, as in problems. */
  readonly line: number
  readonly column: number
  readonly feature: string
}

/** What may be written before the name: a question of the engine, or a template's helper. */
const QUESTIONS =
  'isEnabled|isOn|isOff|variant|value|get\\w*Value|\\w+Value|decide|explain|useFeature|setVariant|forEachVariant|feature'
const CALL = `\\b(?:${QUESTIONS})\\s*(?:<[^<>()]*>)?\\(\\s*(['"\`])([\\w.-]+)\\1|<Feature\\s+name=(['"])([\\w.-]+)\\3`

/**
 * The names of features that a text asks for as literals. It searches the text: a name that is
 * computed is not found, and one within a comment is.
 */
export function* namesIn(
  text: string,
): Generator<{ readonly feature: string; readonly start: number; readonly end: number }> {
  for (const match of text.matchAll(new RegExp(CALL, 'g'))) {
    const written = match[2] ?? match[4] ?? ''
    const end = match.index + match[0].length - 1
    yield { feature: written.replace(/^feature_/, ''), start: end - written.length, end }
  }
}

/** Every place of a file that names a feature, or one of all features. */
export function usagesInFile({ path, text }: SourceText, feature?: string): readonly Usage[] {
  const usages: Usage[] = []
  let [line, lineStart, read] = [1, 0, 0]
  for (const found of namesIn(text)) {
    for (
      let at = text.indexOf('\n', read);
      at >= 0 && at < found.start;
      at = text.indexOf('\n', read)
    ) {
      line++
      lineStart = read = at + 1
    }
    if (feature === undefined || found.feature === feature)
      usages.push({ path, line, column: found.start - lineStart + 1, feature: found.feature })
  }
  return usages
}

/** The same for every file of a project, in the order of their paths. */
export const usagesIn = (project: Pick<Project, 'sources'>, feature?: string): readonly Usage[] =>
  project.sources.flatMap((source) => usagesInFile(source, feature))
