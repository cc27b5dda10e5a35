# syntax=docker/dockerfile:1
#
# Two images of one source: `sudare` (the gateway) and `demo` (it, and the subgraphs of the demo marketplace).
# Node runs the TypeScript as it is: there is no build.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No package that is needed at run time needs its install script.
RUN npm ci --omit=dev --ignore-scripts

FROM dependencies AS development
RUN npm ci --ignore-scripts

FROM node:24-slim AS sudare
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY policies ./policies
COPY directives ./directives
COPY gateway ./gateway
USER node
CMD ["node", "gateway/cli.ts", "--help"]

FROM sudare AS demo
# Only the demo's synthetic people are made with it.
COPY --from=development /app/node_modules/@faker-js ./node_modules/@faker-js
COPY subgraphs ./subgraphs
CMD ["node", "subgraphs/main.ts", "--help"]
