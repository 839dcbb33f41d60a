import type {
  CancellationToken,
  Connection,
  InitializeParams,
  TextDocumentPositionParams,
} from 'vscode-languageserver'
import type * as LanguageServer from 'vscode-languageserver/node'
import type * as Texts from 'vscode-languageserver-textdocument'
import { fileURLToPath } from 'node:url'
import { reasonOf } from '../../core/errors'
import { loadOptional } from '../../runtime/optional-package'
import type * as Answers from '../language/answers'
import type * as Completions from '../language/completions'
import type * as Diagnostics from '../language/diagnostics'
import type * as TestFiles from '../language/test-files'
import type * as Workspaces from '../language/workspace'
import { type ExitCode, OK, type Terminal } from '../terminal'

/* eslint-disable @typescript-eslint/no-require-imports -- optional packages, and what needs them, are loaded on use */

/** The packages that it needs are loaded before anything that uses them. */
function load() {
  const name = 'vscode-languageserver'
  const documents = 'vscode-languageserver-textdocument'
  const install = `${name} ${documents}`
  const node = (): typeof LanguageServer =>
    require('vscode-languageserver/node') as typeof LanguageServer
  const texts = (): typeof Texts => require('vscode-languageserver-textdocument') as typeof Texts
  return {
    node: loadOptional('liveflag lsp', name, node, install),
    texts: loadOptional('liveflag lsp', documents, texts, install),
    ...(require('../language/answers') as typeof Answers),
    ...(require('../language/completions') as typeof Completions),
    ...(require('../language/diagnostics') as typeof Diagnostics),
    ...(require('../language/test-files') as typeof TestFiles),
    ...(require('../language/workspace') as typeof Workspaces),
  }
}

/** `liveflag lsp`: a language server over stdio, until the editor ends it. */
export async function lsp(given: string | undefined, terminal: Terminal): Promise<ExitCode> {
  const parts = load()
  const { StreamMessageReader, StreamMessageWriter, createConnection } = parts.node
  const reader = new StreamMessageReader(terminal.stdin)
  const connection = createConnection(reader, new StreamMessageWriter(terminal.stdout))
  const ended = new Promise<void>((resolve) => {
    connection.onExit(resolve)
    reader.onClose(resolve)
    terminal.interruption().addEventListener('abort', () => resolve())
  })
  new Server(connection, given, parts).listen()
  await ended
  return OK
}

/** The offset and the document of a question; the answer of a document that is not open is null. */
type Ask<T> = (document: Texts.TextDocument, offset: number) => T | Promise<T>

class Server {
  private readonly documents
  private workspace: Workspaces.Workspace
  private readonly checks = new Map<string, AbortController>()

  constructor(
    private readonly connection: Connection,
    private readonly given: string | undefined,
    private readonly parts: ReturnType<typeof load>,
  ) {
    this.documents = new parts.node.TextDocuments(parts.texts.TextDocument)
    this.workspace = this.workspaceIn(process.cwd())
  }

  listen(): void {
    const { connection, documents, parts } = this
    connection.onInitialize((params) => this.initialize(params))
    connection.onHover((at) =>
      this.answer(at, null, (one, offset) => parts.hoverAt(one, offset, this.workspace)),
    )
    connection.onDefinition((at) =>
      this.answer(at, null, (one, offset) => parts.definitionAt(one, offset, this.workspace)),
    )
    connection.onReferences((at, token) =>
      this.answer(at, null, (one, offset) => parts.usagesAt(one, offset, this.workspace), token),
    )
    connection.onCompletion((at) =>
      this.answer(at, [], (one, offset) => this.complete(one, offset)),
    )
    connection.onDocumentSymbol(({ textDocument }) => {
      const document = documents.get(textDocument.uri)
      const format = document && parts.formatOf(document)
      return document && format ? parts.symbolsOf(document, format) : []
    })
    documents.onDidChangeContent(({ document }) => void this.check(document))
    documents.onDidSave(() => this.workspace.forget())
    documents.onDidClose(({ document: { uri } }) => {
      this.workspace.forget()
      this.checks.get(uri)?.abort()
      this.checks.delete(uri)
      void connection.sendDiagnostics({ uri, diagnostics: [] })
    })
    documents.listen(connection)
    connection.listen()
  }

  private initialize({
    workspaceFolders,
    rootUri,
  }: Pick<InitializeParams, 'workspaceFolders'> & { readonly rootUri?: string | null }) {
    const uri = workspaceFolders?.[0]?.uri ?? rootUri
    if (uri?.startsWith('file:')) this.workspace = this.workspaceIn(fileURLToPath(uri))
    return {
      serverInfo: { name: 'liveflag' },
      capabilities: {
        textDocumentSync: { openClose: true, change: 2, save: true } as const,
        completionProvider: { triggerCharacters: ['"', "'", '`', ':', ' ', '{'] },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        documentSymbolProvider: true,
      },
    }
  }

  private workspaceIn(dir: string): Workspaces.Workspace {
    const { Workspace, texts } = this.parts
    return new Workspace(
      dir,
      this.given,
      (uri) => this.documents.get(uri),
      (uri, text) => texts.TextDocument.create(uri, 'yaml', 0, text),
    )
  }

  private answer<T>(
    { textDocument, position }: TextDocumentPositionParams,
    none: T,
    ask: Ask<T>,
    token?: CancellationToken,
  ): T | Promise<T> {
    const document = this.documents.get(textDocument.uri)
    if (document === undefined || token?.isCancellationRequested) return none
    return ask(document, document.offsetAt(position))
  }

  private complete(document: Texts.TextDocument, offset: number) {
    const { formatOf, testFormatOf, testsIn, completionsIn, TEST_GRAMMAR } = this.parts
    const tests = testFormatOf(document)
    if (tests)
      return completionsIn(document, tests, offset, testsIn(document.getText()), TEST_GRAMMAR)
    const format = formatOf(document)
    return format
      ? this.parts.completionsAt(document, format, offset)
      : this.parts.namesAt(document, offset, this.workspace)
  }

  /** Only the newest text is judged to its end. */
  private async check(document: Texts.TextDocument): Promise<void> {
    const { uri, version } = document
    this.checks.get(uri)?.abort()
    const newest = new AbortController()
    this.checks.set(uri, newest)
    const { formatOf, testFormatOf, testProblemsOf, diagnosticsOf } = this.parts
    const tests = testFormatOf(document)
    const format = tests ?? formatOf(document)
    if (format === undefined) return
    try {
      const diagnostics = tests
        ? await testProblemsOf(document, tests, this.workspace)
        : await diagnosticsOf(document, format, newest.signal)
      if (!newest.signal.aborted)
        await this.connection.sendDiagnostics({ uri, version, diagnostics })
    } catch (error) {
      // A newer text is being judged already.
      if (!newest.signal.aborted) this.connection.console.error(reasonOf(error))
    }
  }
}
