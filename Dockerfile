# Two stages: everything that builds, and what runs. The default base is the newest Node LTS line, on Debian; a registry
# of one's own, or another base with Node 20.20 or newer at /usr/local/bin or on the PATH, goes in as a build argument.
ARG BASE=docker.io/library/node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-fund --no-audit
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM ${BASE}
# Nothing here needs to be written: no home, no cache, no temporary files.
ENV NODE_ENV=production
WORKDIR /app
COPY package.json LICENSE ./
COPY docs/problems ./docs/problems
COPY --from=build /build/dist ./dist
# A number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 65532:65532
EXPOSE 8443 8080
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
