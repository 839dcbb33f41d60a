import { readFile } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Location } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Format } from '../../core/source'
import { fileDefaults } from '../../sources/paths'
import { findLiveFile } from '../doctor/live-config'
import { type Project, readProject } from '../setup/project'
import { entriesIn } from './entries'
import { usagesInFile } from './usages'

const SYNTAXES = new Set(['.yaml', '.yml', '.json', '.ini'])

/** Whether a document is a live config, by its ending and its keys; undefined: it is something else. */
export function formatOf(document: TextDocument): Format | undefined {
  const path = pathOf(document.uri)
  if (!SYNTAXES.has(extname(path))) return undefined
  const { format } = fileDefaults(path)
  const hasModeline = /live-config\.schema\.json/.test(
    document.getText({ start: { line: 0, character: 0 }, end: { line: 5, character: 0 } }),
  )
  return hasModeline || entriesIn(document.getText(), format).length > 0 ? format : undefined
}

function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri)
  } catch {
    // An unsaved document has no path, but may have a name.
    return uri
  }
}

/** The directory that an editor has open, with what it has not saved yet. */
export class Workspace {
  private project: Promise<Project | undefined> | undefined

  constructor(
    private readonly dir: string,
    private readonly given: string | undefined,
    private readonly opened: (uri: string) => TextDocument | undefined,
    /** Of the optional package, which is loaded by whoever starts the server. */
    private readonly documentOf: (uri: string, text: string) => TextDocument,
  ) {}

  /** Reads the code anew at the next question: a file was saved or closed. */
  forget(): void {
    this.project = undefined
  }

  /** The live config of the workspace, as the editor has it. */
  async liveConfig(): Promise<TextDocument | undefined> {
    const project = await this.read()
    const path = this.given ?? (project && findLiveFile(project))
    if (path === undefined) return undefined
    const whole = resolve(this.dir, path)
    const uri = pathToFileURL(whole).href
    const text = this.opened(uri)
    if (text) return text
    const saved = await readFile(whole, 'utf8').catch(() => undefined)
    return saved === undefined ? undefined : this.documentOf(uri, saved)
  }

  /** Every place of the code that asks for a feature, also in what is not saved yet. */
  async usages(feature: string): Promise<Location[]> {
    const project = await this.read()
    return (project?.sources ?? []).flatMap(({ path, text }) => {
      const uri = pathToFileURL(join(resolve(this.dir), path)).href
      const source = { path, text: this.opened(uri)?.getText() ?? text }
      return usagesInFile(source, feature).map(({ line, column }) => ({
        uri,
        range: {
          start: { line: line - 1, character: column - 1 },
          end: { line: line - 1, character: column - 1 + feature.length },
        },
      }))
    })
  }

  private read(): Promise<Project | undefined> {
    return (this.project ??= readProject(this.dir).catch(() => undefined))
  }
}
