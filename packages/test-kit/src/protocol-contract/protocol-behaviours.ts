/** Tests by what they are about and the sentence that each proves. */
export interface ProtocolBehaviours {
  readonly [about: string]: {
    readonly [behaviour: string]: () => Promise<void>
  }
}
