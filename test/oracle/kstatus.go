package main

import (
	"encoding/json"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// statusCase is an object as a cluster has it.
type statusCase struct {
	head
	Object json.RawMessage `json:"object"`
}

type statusAnswer struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// computeStatus says whether what an object asks for has happened. It reads the clock for Pods that nobody schedules.
func computeStatus(given statusCase) (any, error) {
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(given.Object); err != nil {
		return nil, misuse(err.Error())
	}
	result, err := status.Compute(object)
	if err != nil {
		return nil, err
	}
	return statusAnswer{Status: result.Status.String(), Message: result.Message}, nil
}
