// A webhook as most of the field writes one: controller-runtime with its default metrics and one log line a review. It decodes the
// Pod, as controller-runtime's examples do, and answers with a fixed patch. Arguments: the files of certificate and key. The first
// line of the output is the port; log lines follow.
package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"go.uber.org/zap/zapcore"
	"gomodules.xyz/jsonpatch/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

type handler struct{ decoder admission.Decoder }

func (h handler) Handle(ctx context.Context, request admission.Request) admission.Response {
	var pod corev1.Pod
	if err := h.decoder.Decode(request, &pod); err != nil {
		return admission.Errored(http.StatusBadRequest, err)
	}
	log.FromContext(ctx).Info("review answered", "namespace", request.Namespace, "containers", len(pod.Spec.Containers))
	return admission.Patched("", jsonpatch.NewOperation("add", "/spec/containers/0/image", "registry.example/some-image:latest"))
}

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(certificate, key string) error {
	// From this level on zap writes each line instead of a sample.
	log.SetLogger(zap.New(zap.WriteTo(os.Stdout), zap.Level(zapcore.Level(-2))))
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{
		Host:     "127.0.0.1",
		Port:     port,
		CertDir:  filepath.Dir(certificate),
		CertName: filepath.Base(certificate),
		KeyName:  filepath.Base(key),
	})
	server.Register("/mutate-pods", &webhook.Admission{Handler: handler{admission.NewDecoder(scheme)}})
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		for server.StartedChecker()(nil) != nil {
			time.Sleep(10 * time.Millisecond)
		}
		fmt.Println(port)
	}()
	return server.Start(ctx)
}
