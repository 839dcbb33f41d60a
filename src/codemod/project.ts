import { posix } from 'node:path'
import { Script } from './script/script'

/** A file of an application. `path` has `/` on every system. */
export interface CodeFile {
  readonly path: string
  readonly text: string
}

const ENDINGS = ['', '.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.cts']
const INDEXES = ENDINGS.slice(1).map((ending) => `/index${ending}`)

/** The files of an application, each read at most once. */
export class Project {
  private readonly texts: ReadonlyMap<string, string>
  private readonly scripts = new Map<string, Script>()

  constructor(
    readonly files: readonly CodeFile[],
    /** Functions of the application that ask, such as `isOn`. */
    readonly asks: readonly string[] = [],
  ) {
    this.texts = new Map(files.map(({ path, text }) => [posix.normalize(path), text]))
  }

  script(path: string): Script {
    const normal = posix.normalize(path)
    const known = this.scripts.get(normal)
    if (known) return known
    const script = new Script(normal, this.texts.get(normal) ?? '')
    this.scripts.set(normal, script)
    return script
  }

  /** The file that a relative import leads to; undefined for packages and files that are not here. */
  imported(from: string, specifier: string): string | undefined {
    if (!specifier.startsWith('.')) return undefined
    const base = posix.join(posix.dirname(posix.normalize(from)), specifier)
    // TypeScript's modules are imported by the name that they have when they are compiled.
    const bases = [
      base,
      base.replace(/\.([cm]?)js(x?)$/, '.$1ts$2'),
      base.replace(/\.jsx?$/, '.tsx'),
    ]
    return bases
      .flatMap((one) => [...ENDINGS, ...INDEXES].map((ending) => one + ending))
      .find((path) => this.texts.has(path))
  }
}
