import { type NextRequest, NextResponse } from 'next/server'
import { openedFeatures, visitorOf } from './lib/features'

/** Chooses between two pages before anything is rendered. It runs on Node. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const { searchParams } = request.nextUrl
  const visitor = visitorOf(request.cookies, request.headers.get('x-country'), searchParams)
  const features = (await openedFeatures()).for(visitor)
  return features.isEnabled('front_v2')
    ? NextResponse.rewrite(new URL('/front-v2', request.url))
    : NextResponse.next()
}

export const config = { matcher: '/' }
