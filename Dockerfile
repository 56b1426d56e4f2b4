# Two stages: everything that builds, and what runs. The default base is an LTS line of Node, supported until April 2028.
# A copy of it in a registry of one's own, or another base with Node 20.20 or newer, npm and a shell, goes in as the
# build argument.
ARG BASE=docker.io/library/node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# Where npm needs settings to reach its registry, they come in as secrets, which no layer keeps: `npmrc`, and `npm-ca`
# with the certificates that `cafile=/run/secrets/npm-ca` in the former names.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=npm-ca \
    npm ci --ignore-scripts --no-fund --no-audit
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/bundle.mjs scripts/embedded-packages.mjs scripts/sbom.mjs scripts/third-party-licenses.mjs scripts/unused-client-parts.mjs ./scripts/
COPY src ./src
# Source maps contain the sources, and nothing reads them at run time.
RUN npm run sbom && rm dist/*.map
COPY LICENSE ./
COPY docs/problems ./docs/problems
# For a user who owns none of it, whatever the umask of the checkout was.
RUN chmod -R a+rX package.json LICENSE docs dist

FROM ${BASE}
# What runs installs nothing.
RUN cd /usr/local && rm -rf lib/node_modules bin/npm bin/npx bin/corepack bin/yarn bin/yarnpkg /opt/yarn-*
# Nothing here needs to be written: no home, no cache, no temporary files.
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/docs ./docs
COPY --from=build /build/dist ./dist
# A number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
