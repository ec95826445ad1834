package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"

	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
)

// codecCase is a release to store, or the Secret of a stored one to read.
type codecCase struct {
	head
	// Release is the release as JSON; the answer has the Secret.
	Release json.RawMessage `json:"release"`
	// Labels are the release's own labels, which are not in its JSON.
	Labels map[string]string `json:"labels"`
	// Payload is data.release of a Secret after Kubernetes' own Base64; the answer has the release.
	Payload string `json:"payload"`
}

type encodedAnswer struct {
	Name    string            `json:"name"`
	Type    string            `json:"type"`
	Labels  map[string]string `json:"labels"`
	Payload string            `json:"payload"`
	// JSON is what is inside the payload, byte for byte.
	JSON text `json:"json"`
}

type decodedAnswer struct {
	Release *release.Release  `json:"release"`
	Labels  map[string]string `json:"labels"`
}

// codeRelease goes through Helm's storage and its driver for Secrets, because the codec itself is not exported.
func codeRelease(given codecCase) (any, error) {
	secrets := &oneSecret{}
	records := driver.NewSecrets(secrets)
	if given.Payload != "" {
		secrets.stored = &corev1.Secret{
			ObjectMeta: metav1.ObjectMeta{Labels: given.Labels},
			Data:       map[string][]byte{"release": []byte(given.Payload)},
		}
		found, err := records.Get("it")
		if err != nil {
			return nil, err
		}
		decoded, ok := found.(*release.Release)
		if !ok {
			return nil, misuse("the driver gave no release of version 1")
		}
		return decodedAnswer{decoded, decoded.Labels}, nil
	}
	if given.Release == nil {
		return nil, misuse("releaseCodec needs a release or a payload")
	}
	var made release.Release
	if err := json.Unmarshal(given.Release, &made); err != nil {
		return nil, err
	}
	made.Labels = given.Labels
	if err := storage.Init(records).Create(&made); err != nil {
		return nil, err
	}
	payload := secrets.stored.Data["release"]
	inside, err := unpack(payload)
	if err != nil {
		return nil, err
	}
	return encodedAnswer{
		Name: secrets.stored.Name, Type: string(secrets.stored.Type), Labels: secrets.stored.Labels,
		Payload: string(payload), JSON: text(inside),
	}, nil
}

func unpack(payload []byte) ([]byte, error) {
	reader, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(payload)))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// oneSecret is as much of the Secrets API as storing or reading one release needs.
type oneSecret struct {
	typedcorev1.SecretInterface
	stored *corev1.Secret
}

func (s *oneSecret) Create(_ context.Context, made *corev1.Secret, _ metav1.CreateOptions) (*corev1.Secret, error) {
	s.stored = made
	return made, nil
}

func (s *oneSecret) Get(context.Context, string, metav1.GetOptions) (*corev1.Secret, error) {
	return s.stored, nil
}
