import { parsed, parser, type TS } from '../parser'

/** One file of TypeScript, JavaScript or JSX. */
export class Script {
  readonly tree: TS.SourceFile
  private known: TS.TypeChecker | undefined

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    this.tree = parsed(this.unique, text)
  }

  /**
   * What a name means here: the declaration that its scope finds. Only names are looked up: no
   * library and no other file is read, so nothing depends on what is installed.
   */
  symbolOf(name: TS.Node): TS.Symbol | undefined {
    const ts = parser()
    this.known ??= this.checker()
    const { parent } = name
    if (ts.isShorthandPropertyAssignment(parent) && parent.name === name)
      return this.known.getShorthandAssignmentValueSymbol(parent)
    if (ts.isExportSpecifier(parent) && parent.parent.parent.moduleSpecifier === undefined)
      return this.known.getExportSpecifierLocalTargetSymbol(parent)
    if (ts.isBindingElement(parent) && parent.propertyName === name) return undefined
    return this.known.getSymbolAtLocation(name)
  }

  /** Where a name is declared; undefined when that is in another file, or twice. */
  declarationOf(name: TS.Node): TS.Declaration | undefined {
    const declarations = this.symbolOf(name)?.declarations ?? []
    const [declaration] = declarations
    return declarations.length === 1 ? declaration : undefined
  }

  /** A name that no import leads to: what others export is not looked up. */
  private get unique(): string {
    return this.path.replace(/[^/]*$/, ':$&')
  }

  private checker(): TS.TypeChecker {
    const ts = parser()
    const { tree, unique: path } = this
    const options: TS.CompilerOptions = {
      noLib: true,
      noResolve: true,
      allowJs: true,
      types: [],
      jsx: ts.JsxEmit.Preserve,
    }
    return ts
      .createProgram([path], options, {
        getSourceFile: (name) => (name === path ? tree : undefined),
        getDefaultLibFileName: () => 'lib.d.ts',
        writeFile: () => undefined,
        getCurrentDirectory: () => '',
        getCanonicalFileName: (name) => name,
        useCaseSensitiveFileNames: () => true,
        getNewLine: () => '\n',
        fileExists: (name) => name === path,
        readFile: () => undefined,
      })
      .getTypeChecker()
  }
}
