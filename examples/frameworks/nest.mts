/** Nest. Try `curl -H 'x-user: gary' localhost:3000`. */
import 'reflect-metadata'
import { join } from 'node:path'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Request } from 'express'
import { openFeatures } from 'liveflag'
import { Feature, LiveflagModule } from 'liveflag/nest'

@Controller()
class SearchController {
  @Get()
  search(@Feature('new_search') isNew: boolean): string {
    return isNew ? 'the new search' : 'the old search'
  }

  /** 404 for everybody without the feature. */
  @Get('tips')
  @Feature('new_search')
  tips(): string {
    return 'tips for the new search'
  }
}

const liveflag = LiveflagModule.forRootAsync<Request>({
  useFactory: async () => ({
    features: await openFeatures({ source: join('examples', 'frameworks', 'live.yaml') }),
    options: {
      // Your session says who it is; a header is enough for an example.
      user: (req) => ({ name: String(req.get('x-user')) }),
      cacheHeaders: ['X-User'],
    },
  }),
})

@Module({ imports: [liveflag], controllers: [SearchController] })
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error'] })
  const server: { address(): unknown } = await app.listen(process.env['PORT'] ?? 3000)
  console.log(server.address())
}

void main()
