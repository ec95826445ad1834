package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// text is a Go string, which need not be UTF-8. In JSON it is a string where it is UTF-8, and else an object
// `{"base64": …}`.
type text string

type base64Text struct {
	Base64 string `json:"base64"`
}

// MarshalJSON writes what JSON cannot hold as Base64.
func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return encodeJSON(string(t))
	}
	return encodeJSON(base64Text{base64.StdEncoding.EncodeToString([]byte(t))})
}

// UnmarshalJSON reads both forms.
func (t *text) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*string)(t))
	}
	var encoded base64Text
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&encoded); err != nil {
		return fmt.Errorf("text is neither a string nor {base64}: %w", err)
	}
	decoded, err := base64.StdEncoding.DecodeString(encoded.Base64)
	*t = text(decoded)
	return err
}

// encodeJSON is json.Marshal that leaves <, > and & alone.
func encodeJSON(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}
