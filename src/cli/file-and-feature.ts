import { existsSync } from 'node:fs'

/** A URL, the history of a server or of a store, a path with a folder, or one with an ending. */
const FILE = /:\/\/|^(?:store|edits):|[\\/]|\.(?:ya?ml|json|ini)$/i

const looksLikeFile = (written: string): boolean =>
  written === '-' || FILE.test(written) || existsSync(written)

/**
 * A live config and the name of a feature, in whichever order they were given: `remove` names the
 * feature first, all others the file.
 */
export const fileAndFeature = (
  file: string,
  feature: string,
): readonly [file: string, feature: string] =>
  looksLikeFile(feature) && !looksLikeFile(file) ? [feature, file] : [file, feature]
