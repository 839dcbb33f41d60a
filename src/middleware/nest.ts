import type * as Common from '@nestjs/common' with { 'resolution-mode': 'import' }
import type {
  DynamicModule,
  ExecutionContext,
  FactoryProvider,
  ModuleMetadata,
} from '@nestjs/common' with { 'resolution-mode': 'import' }
import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import { LiveflagError } from '../core/errors'
import { TEXT } from '../core/options'
import type { Account } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { loadOptional } from '../runtime/optional-package'
import {
  checkPageOptions,
  type DecisionsPageOptions,
  decisionsPageFor,
  type PageAnswer,
} from './decisions/page'
import { type ExpressAnswers, expressFeatures } from './express'
import { fastifyFeatures, type FastifyOptions } from './fastify'
import { checkAnswers } from './request/check-answers'
import type { MiddlewareOptions } from './request/visits'

/** The token of the Features, for services: `constructor(@Inject(FEATURES) features: Features)`. */
export const FEATURES = Symbol('liveflag.Features')

/**
 * How a Nest application answers questions about its requests. Every member may be missing. `Req`
 * and `Res` are those of the platform: of Express or of Fastify.
 */
export type NestOptions<
  Req = unknown,
  Res = unknown,
  User extends Account = Account,
> = MiddlewareOptions<Req, Res, User>

/** What `useFactory` of `forRootAsync` resolves to. */
export interface NestSetup<Req = unknown, Res = unknown, User extends Account = Account> {
  readonly features: Features
  readonly options?: NestOptions<Req, Res, User>
}

/** `useFactory`, what it is called with, and the modules that have it. */
export interface NestAsyncSetup<Req = unknown, Res = unknown, User extends Account = Account> {
  readonly imports?: ModuleMetadata['imports']
  readonly inject?: FactoryProvider['inject']
  readonly useFactory: (
    // Nest calls it with what `inject` names, which no type tells.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    ...injected: any[]
  ) => Promise<NestSetup<Req, Res, User>> | NestSetup<Req, Res, User>
}

/** Nest's part of the platform that is asked here. */
interface Adapter {
  getType(): string
  getInstance(): unknown
}

/**
 * liveflag for Nest 10 to 12, on Express and on Fastify. Import it once, at the root; it is global.
 * Controllers and guards ask by `@Feature` and `@RequestFeatures`, services ask the Features that
 * they inject: all ask the same request, with one snapshot.
 */
export class LiveflagModule {
  /**
   * With Features that are open already. Whoever opened them closes them.
   *
   * @example
   * const features = await openFeatures({ source: 'config/live.yaml' })
   * @Module({ imports: [LiveflagModule.forRoot<Request>(features, { user: (req) => req.user })] })
   * class AppModule {}
   * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
   */
  static forRoot<Req = unknown, Res = unknown, User extends Account = Account>(
    features: Features,
    options: NestOptions<Req, Res, User> = {},
  ): DynamicModule {
    checkAnswers('LiveflagModule.forRoot', features, options)
    return moduleOf({ provide: FEATURES, useValue: features }, () => ({ features, options }))
  }

  /**
   * With Features that a factory opens, for example by the application's own configuration. They
   * are closed when the application is.
   *
   * @example
   * LiveflagModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: async (config: ConfigService) => ({
   *     features: await openFeatures({ source: config.getOrThrow('LIVE_CONFIG') }),
   *   }),
   * })
   */
  static forRootAsync<Req = unknown, Res = unknown, User extends Account = Account>({
    imports = [],
    inject = [],
    useFactory,
  }: NestAsyncSetup<Req, Res, User>): DynamicModule {
    let setup: NestSetup<Req, Res, User> | undefined
    const provider: FactoryProvider = {
      provide: FEATURES,
      inject,
      useFactory: async (...injected: unknown[]) => {
        setup = await useFactory(...injected)
        checkAnswers('LiveflagModule.forRootAsync', setup.features, setup.options ?? {})
        return setup.features
      },
    }
    const made = moduleOf(
      provider,
      () => setup,
      () => setup?.features.close(),
    )
    return { ...made, imports }
  }
}

function moduleOf<Req, Res, User extends Account>(
  provider: Common.Provider,
  setup: () => NestSetup<Req, Res, User> | undefined,
  close?: () => unknown,
): DynamicModule {
  // Nest knows a module by its class, and calls `configure` when body parsers are in their place.
  class ConfiguredLiveflagModule extends LiveflagModule {
    configure(consumer: object): void {
      const { features, options = {} } = setup() ?? missing()
      install(adapterOf(consumer), features, options)
    }

    async onApplicationShutdown(): Promise<void> {
      await close?.()
    }
  }
  return {
    module: ConfiguredLiveflagModule,
    global: true,
    providers: [provider],
    exports: [FEATURES],
  }
}

/** `MiddlewareConsumer` has it since Nest 7, in no type. */
const adapterOf = (consumer: object): Adapter =>
  (consumer as { getHttpAdapter(): Adapter }).getHttpAdapter()

/** Where Nest's platform becomes a framework: its requests are those that the options are for. */
function install<Req, Res, User extends Account>(
  adapter: Adapter,
  features: Features,
  options: NestOptions<Req, Res, User>,
): void {
  if (adapter.getType() === 'fastify') {
    const app = adapter.getInstance() as FastifyInstance
    void app.register(fastifyFeatures(features, options as unknown as FastifyOptions<User>))
  } else {
    const app = adapter.getInstance() as Express
    app.use(expressFeatures(features, options as unknown as ExpressAnswers<User>))
  }
}

/** A decorator of classes, methods and parameters. */
type FeatureDecorator = ClassDecorator & MethodDecorator & ParameterDecorator

/**
 * Before a controller or a handler: without the feature it is not there, and the visitor gets 404
 * Not Found. Before a parameter: whether the visitor has the feature.
 *
 * @example
 * @Get('beta') @Feature('beta_page')
 * beta(@Feature('new_search') isNew: boolean) { return isNew ? 'new' : 'old' }
 */
export function Feature(name: string): FeatureDecorator {
  const { createParamDecorator, NotFoundException, UseGuards } = common('Feature')
  const guard = UseGuards({
    canActivate(context: ExecutionContext): boolean {
      if (questionsOf(context).isEnabled(name)) return true
      throw new NotFoundException()
    },
  })
  const parameter = createParamDecorator((_: unknown, context: ExecutionContext) =>
    questionsOf(context).isEnabled(name),
  )()
  return (target: object, key?: string | symbol, at?: number | PropertyDescriptor) => {
    if (typeof at === 'number') parameter(target, key, at)
    else if (key === undefined || at === undefined) guard(target as never)
    else guard(target, key, at)
  }
}

/**
 * Before a parameter: the features of the visitor, for all that can be asked.
 *
 * @example list(@RequestFeatures() features: Questions) { return features.variant('layout') }
 */
export const RequestFeatures = (): ParameterDecorator =>
  common('RequestFeatures').createParamDecorator((_: unknown, context: ExecutionContext) =>
    questionsOf(context),
  )()

/** Where the page of decisions is, and who may see it. */
export interface NestDecisionsPageOptions<Req = unknown> extends DecisionsPageOptions<Req> {
  /** Default `decisions`. */
  readonly path?: string
}

/** What requests of Express and of Fastify have alike. */
interface PlatformRequest {
  readonly method: string
  readonly originalUrl: string
  readonly features?: Questions
}
interface PlatformResponse {
  header(name: string, value: string): unknown
  status(code: number): { send(body: string): unknown }
}

/**
 * A controller with the page of decisions: each feature as its visitor gets it, and why. It records
 * nothing, and shows the features that LiveflagModule has; see docs/frameworks.
 *
 * @example
 * @Module({ controllers: [decisionsPage<Request>({ allow: (req) => req.user?.isAdmin === true })] })
 * class InternalModule {}
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION on an unknown option or one of the wrong type
 */
export function decisionsPage<Req = unknown>(
  options: NestDecisionsPageOptions<Req> = {},
): Common.Type {
  checkPageOptions(options, { path: TEXT })
  const { path = 'decisions', ...access } = options
  const { Controller, Get, Inject, Req: TheRequest, Res: TheResponse } = common('decisionsPage')
  class DecisionsController {
    private readonly answer: (req: Req) => Promise<PageAnswer>

    constructor(features: Features) {
      this.answer = decisionsPageFor(features, access, (req: Req) => {
        // Where Nest's platform becomes a framework.
        const { method, originalUrl: url, features: questions } = req as unknown as PlatformRequest
        return { method, url, questions }
      })
    }

    async show(req: Req, res: PlatformResponse): Promise<void> {
      const { status, headers, body } = await this.answer(req)
      for (const [name, value] of Object.entries(headers)) res.header(name, value)
      res.status(status).send(body)
    }
  }
  // As decorators would, which this file cannot have: Nest is loaded when the page is made.
  Controller(path)(DecisionsController)
  Inject(FEATURES)(DecisionsController, undefined, 0)
  const { prototype } = DecisionsController
  const show = Object.getOwnPropertyDescriptor(prototype, 'show')
  if (show) Get()(prototype, 'show', show)
  TheRequest()(prototype, 'show', 0)
  TheResponse()(prototype, 'show', 1)
  return DecisionsController
}

function questionsOf(context: ExecutionContext): Questions {
  const request: { features?: Questions } = context.switchToHttp().getRequest()
  return request.features ?? missing()
}

function missing(): never {
  throw new LiveflagError(
    'LIVEFLAG_BAD_OPTION',
    'the request has no features: import LiveflagModule.forRoot(features) at the root, and ask in HTTP handlers only',
  )
}

const common = (neededBy: string): typeof Common =>
  loadOptional(
    neededBy,
    '@nestjs/common',
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- decorators are called while a class is made, which cannot wait
    () => require('@nestjs/common') as typeof Common,
  )
