import type { Decision } from '../core/decision'
import { LiveflagError } from '../core/errors'
import type { JsonObject, JsonValue } from '../core/json'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Overrides } from '../core/world'
import type { Bootstrap } from './bootstrap'
import type { Explanation } from './explain'
import type { Enabled, Questions } from './questions'
import { typedValue, type ValueDetails } from './typed-value'

type Question<Q extends keyof Questions> = Questions[Q] | undefined

/**
 * Questions that work without the object they belong to, as in `const { isEnabled } = req.features`
 * or as a helper of a template. Each is bound when it is first needed, so a request pays only for
 * those that it asks. They are written out one by one because reading them from a table would make
 * each question slower.
 */
export abstract class BoundQuestions {
  private boundIsEnabled: Question<'isEnabled'> = undefined
  private boundVariant: Question<'variant'> = undefined
  private boundDecide: Question<'decide'> = undefined
  private boundExplain: Question<'explain'> = undefined
  private boundAllEnabled: Question<'allEnabled'> = undefined
  private boundBoolean: Question<'getBooleanValue'> = undefined
  private boundString: Question<'getStringValue'> = undefined
  private boundNumber: Question<'getNumberValue'> = undefined
  private boundObject: Question<'getObjectValue'> = undefined
  private boundDetails: Question<'details'> = undefined
  private boundInline: Question<'inlineExperiment'> = undefined

  /**
   * The answer when overrides or a name of the application throw when they are read. Reports it.
   */
  protected abstract failed(question: string, name: unknown, error: unknown): Decision
  protected abstract askIsEnabled(name: string, overrides?: Overrides): boolean
  protected abstract askVariant(name: string, overrides?: Overrides): string | undefined
  protected abstract askDecide(name: string, overrides?: Overrides): Decision
  protected abstract askExplain(name: string, overrides?: Overrides): Explanation
  protected abstract askAllEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>>
  protected abstract askDetails<T extends JsonValue>(
    name: string,
    otherwise: T,
    overrides?: Overrides,
  ): ValueDetails<T>
  protected abstract askInline(
    experiment: ExperimentDefinition,
    overrides?: Overrides,
  ): ExperimentResult

  protected abstract askBootstrap(names?: readonly string[]): Bootstrap

  get isEnabled(): Questions['isEnabled'] {
    return (this.boundIsEnabled ??= this.bindIsEnabled())
  }

  get variant(): Questions['variant'] {
    return (this.boundVariant ??= this.bindVariant())
  }

  get decide(): Questions['decide'] {
    return (this.boundDecide ??= this.bindDecide())
  }

  get explain(): Questions['explain'] {
    return (this.boundExplain ??= this.bindExplain())
  }

  get allEnabled(): Questions['allEnabled'] {
    return (this.boundAllEnabled ??= this.bindAllEnabled())
  }

  get getBooleanValue(): Questions['getBooleanValue'] {
    return (this.boundBoolean ??= this.bindGetBooleanValue())
  }

  get getStringValue(): Questions['getStringValue'] {
    return (this.boundString ??= this.bindGetStringValue())
  }

  get getNumberValue(): Questions['getNumberValue'] {
    return (this.boundNumber ??= this.bindGetNumberValue())
  }

  get getObjectValue(): Questions['getObjectValue'] {
    return (this.boundObject ??= this.bindGetObjectValue())
  }

  get details(): Questions['details'] {
    return (this.boundDetails ??= this.bindDetails())
  }

  get inlineExperiment(): Questions['inlineExperiment'] {
    return (this.boundInline ??= this.bindInlineExperiment())
  }

  /** Asked once for a page, so it is not kept. */
  get bootstrap(): Questions['bootstrap'] {
    return this.bindBootstrap()
  }

  // Not inside the getters: a getter with a closure in it allocates at every read.

  private bindIsEnabled(): Questions['isEnabled'] {
    return (name, overrides) => {
      try {
        return this.askIsEnabled(name, overrides)
      } catch (error) {
        return this.failed('isEnabled', name, error).enabled
      }
    }
  }

  private bindVariant(): Questions['variant'] {
    return (name, overrides) => {
      try {
        return this.askVariant(name, overrides)
      } catch (error) {
        return this.failed('variant', name, error).variant
      }
    }
  }

  private bindDecide(): Questions['decide'] {
    return (name, overrides) => {
      try {
        return this.askDecide(name, overrides)
      } catch (error) {
        return this.failed('decide', name, error)
      }
    }
  }

  private bindExplain(): Questions['explain'] {
    return (name, overrides) => {
      try {
        return this.askExplain(name, overrides)
      } catch (error) {
        return { decision: this.failed('explain', name, error), steps: [] }
      }
    }
  }

  private bindAllEnabled(): Questions['allEnabled'] {
    return (overrides) => {
      try {
        return this.askAllEnabled(overrides)
      } catch (error) {
        // In r2's way, a question without an answer.
        if (error instanceof LiveflagError) throw error
        this.failed('allEnabled', '', error)
        return {}
      }
    }
  }

  private bindGetBooleanValue(): Questions['getBooleanValue'] {
    return (name, otherwise, overrides) => this.details(name, otherwise, overrides).value
  }

  private bindGetStringValue(): Questions['getStringValue'] {
    return (name, otherwise, overrides) => this.details(name, otherwise, overrides).value
  }

  private bindGetNumberValue(): Questions['getNumberValue'] {
    return (name, otherwise, overrides) => this.details(name, otherwise, overrides).value
  }

  private bindGetObjectValue(): Questions['getObjectValue'] {
    return <T extends JsonObject | readonly JsonValue[]>(
      name: string,
      otherwise: T,
      overrides?: Overrides,
    ) => this.details<T>(name, otherwise, overrides).value
  }

  private bindDetails(): Questions['details'] {
    return (name, otherwise, overrides) => {
      try {
        return this.askDetails(name, otherwise, overrides)
      } catch (error) {
        return typedValue(this.failed('details', name, error), otherwise, false)
      }
    }
  }

  private bindBootstrap(): Questions['bootstrap'] {
    return (names) => {
      if (isWorld(names))
        throw new LiveflagError(
          'LIVEFLAG_BAD_OPTION',
          'bootstrap: names is a World; ask features.for(world).bootstrap(names)',
        )
      try {
        return this.askBootstrap(names)
      } catch (error) {
        // An argument that is no list of names is a mistake in the code, as an unknown option is.
        if (error instanceof LiveflagError) throw error
        this.failed('bootstrap', '', error)
        return { features: {} }
      }
    }
  }

  private bindInlineExperiment(): Questions['inlineExperiment'] {
    return (experiment, overrides) => this.askInline(experiment, overrides)
  }
}

const isWorld = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && 'isLoggedIn' in given
