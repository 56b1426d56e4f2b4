# Two stages: one builds, the other runs. The default base is an LTS line of Node, supported until April 2028. The build
# argument may name a copy of it in another registry, or any base with Node 20.20 or newer, npm and a shell.
ARG BASE=docker.io/library/node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Settings of npm for another registry come as secrets, which are in no layer: `npmrc`, and `npm-ca` with certificates for
# the line `cafile=/run/secrets/npm-ca` in it.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=npm-ca \
    npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/bundle.mjs scripts/compiled-schema.mjs scripts/embedded-packages.mjs scripts/sbom.mjs scripts/third-party-licenses.mjs scripts/unused-client-parts.mjs ./scripts/
COPY src ./src
# Source maps contain the sources, and nothing reads them at run time.
RUN npm run sbom && rm dist/*.map
COPY LICENSE ./
COPY docs/problems ./docs/problems
# Readable for another user, independent of the umask of the checkout.
RUN chmod -R a+rX package.json LICENSE docs dist

FROM ${BASE}
# The running image installs nothing.
RUN cd /usr/local && rm -rf lib/node_modules bin/npm bin/npx bin/corepack bin/yarn bin/yarnpkg /opt/yarn-*
# Needs no writable file system: no home, no cache, no temporary files.
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/docs ./docs
COPY --from=build /build/dist ./dist
# A number: Kubernetes cannot check runAsNonRoot by a name.
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
