import type { Alias, Node } from 'yaml'

/** What `&name` has named so far, over all pieces of a text. */
export class Anchors {
  private readonly named = new Map<string, Node>()
  /** An alias means what its name meant where the alias stands, not where it is expanded. */
  private readonly meant = new WeakMap<Alias, Node>()
  /** How many nodes aliases may still stand for: a few lines of aliases of aliases can stand for billions. */
  private budget = 1_000_000

  get spent(): boolean {
    return this.budget < 0
  }

  spend(): void {
    this.budget--
  }

  name(anchor: string, node: Node): void {
    this.named.set(anchor, node)
  }

  resolve(alias: Alias, whileExpanding: boolean): Node | undefined {
    if (whileExpanding) return this.meant.get(alias)
    const node = this.named.get(alias.source)
    if (node) this.meant.set(alias, node)
    return node
  }
}
