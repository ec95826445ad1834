package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"helm.sh/helm/v4/pkg/chart/common"
)

// typed is a Go value with its type, because JSON cannot tell int from int64 from float64, nor []string from
// []interface {}. `t` is what %T prints ("nil" for a nil interface) and `v` depends on it:
//
//	bool               true or false
//	string             a text
//	integers, floats   their digits in a string: "12", "1e+06", "NaN", "+Inf"
//	[]uint8            Base64 in a string
//	slices, arrays     a list of typed values
//	maps, string keys  an object of typed values
//	other maps         a list of pairs of typed values, as are maps with a key that is not UTF-8
//	structs            an object of the exported fields
//	time.Time          RFC 3339 with nanoseconds
//	errors             the message
//	pointers           the typed value they point to
//
// `nil: true` in place of `v` is a nil map, slice or pointer of that type.
type typed struct {
	value any
}

type typedJSON struct {
	T   string          `json:"t"`
	V   json.RawMessage `json:"v,omitempty"`
	Nil bool            `json:"nil,omitempty"`
}

// MarshalJSON writes any Go value.
func (t typed) MarshalJSON() ([]byte, error) {
	return encodeTyped(reflect.ValueOf(t.value))
}

func encodeTyped(value reflect.Value) ([]byte, error) {
	for value.IsValid() && value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	if !value.IsValid() {
		return encodeJSON(typedJSON{T: "nil"})
	}
	out := typedJSON{T: value.Type().String()}
	switch value.Kind() {
	case reflect.Map, reflect.Slice, reflect.Pointer, reflect.Func, reflect.Chan:
		if value.IsNil() {
			out.Nil = true
			return encodeJSON(out)
		}
	}
	plain, err := plainOf(value)
	if err != nil {
		return nil, err
	}
	out.V, err = encodeJSON(plain)
	if err != nil {
		return nil, err
	}
	return encodeJSON(out)
}

// plainOf gives what stands in `v`.
func plainOf(value reflect.Value) (any, error) {
	if value.CanInterface() {
		switch known := value.Interface().(type) {
		case time.Time:
			return known.Format(time.RFC3339Nano), nil
		case error:
			return text(known.Error()), nil
		case []byte:
			return base64.StdEncoding.EncodeToString(known), nil
		}
	}
	switch value.Kind() {
	case reflect.Bool:
		return value.Bool(), nil
	case reflect.String:
		return text(value.String()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(value.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(value.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(value.Float(), 'g', -1, value.Type().Bits()), nil
	case reflect.Complex64, reflect.Complex128:
		return strconv.FormatComplex(value.Complex(), 'g', -1, value.Type().Bits()), nil
	case reflect.Slice, reflect.Array:
		list := make([]json.RawMessage, value.Len())
		for i := range list {
			item, err := encodeTyped(value.Index(i))
			if err != nil {
				return nil, err
			}
			list[i] = item
		}
		return list, nil
	case reflect.Map:
		return plainMap(value)
	case reflect.Struct:
		fields := map[string]json.RawMessage{}
		for i := range value.NumField() {
			if field := value.Type().Field(i); field.IsExported() {
				item, err := encodeTyped(value.Field(i))
				if err != nil {
					return nil, err
				}
				fields[field.Name] = item
			}
		}
		return fields, nil
	case reflect.Pointer:
		item, err := encodeTyped(value.Elem())
		return json.RawMessage(item), err
	default:
		return fmt.Sprintf("%v", value), nil
	}
}

func plainMap(value reflect.Value) (any, error) {
	object := map[string]json.RawMessage{}
	pairs := [][2]json.RawMessage{}
	asObject := value.Type().Key().Kind() == reflect.String
	for iterator := value.MapRange(); iterator.Next(); {
		key, err := encodeTyped(iterator.Key())
		if err != nil {
			return nil, err
		}
		item, err := encodeTyped(iterator.Value())
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, [2]json.RawMessage{key, item})
		if asObject {
			asObject = utf8.ValidString(iterator.Key().String())
			object[iterator.Key().String()] = item
		}
	}
	if asObject {
		return object, nil
	}
	return pairs, nil
}

// typeNames are the types that a case can use.
var typeNames = map[string]reflect.Type{
	"bool": reflect.TypeFor[bool](), "string": reflect.TypeFor[string](),
	"int": reflect.TypeFor[int](), "int8": reflect.TypeFor[int8](), "int16": reflect.TypeFor[int16](),
	"int32": reflect.TypeFor[int32](), "int64": reflect.TypeFor[int64](),
	"uint": reflect.TypeFor[uint](), "uint8": reflect.TypeFor[uint8](), "uint16": reflect.TypeFor[uint16](),
	"uint32": reflect.TypeFor[uint32](), "uint64": reflect.TypeFor[uint64](),
	"float32": reflect.TypeFor[float32](), "float64": reflect.TypeFor[float64](),
	"[]interface {}": reflect.TypeFor[[]any](), "[]string": reflect.TypeFor[[]string](),
	"[]int": reflect.TypeFor[[]int](), "[]int64": reflect.TypeFor[[]int64](),
	"[]float64": reflect.TypeFor[[]float64](), "[]uint8": reflect.TypeFor[[]byte](),
	"[]map[string]interface {}":     reflect.TypeFor[[]map[string]any](),
	"map[string]interface {}":       reflect.TypeFor[map[string]any](),
	"map[string]string":             reflect.TypeFor[map[string]string](),
	"map[string]int":                reflect.TypeFor[map[string]int](),
	"map[int]interface {}":          reflect.TypeFor[map[int]any](),
	"map[interface {}]interface {}": reflect.TypeFor[map[any]any](),
	"common.Values":                 reflect.TypeFor[common.Values](),
	"time.Time":                     reflect.TypeFor[time.Time](),
	"time.Duration":                 reflect.TypeFor[time.Duration](),
}

// UnmarshalJSON reads a value of one of typeNames.
func (t *typed) UnmarshalJSON(data []byte) error {
	var given typedJSON
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return fmt.Errorf("typed value: %w", err)
	}
	if given.T == "nil" {
		t.value = nil
		return nil
	}
	goType, ok := typeNames[given.T]
	if !ok {
		return fmt.Errorf("typed value: a case cannot have a %q", given.T)
	}
	value := reflect.New(goType).Elem()
	if !given.Nil {
		if err := decodeInto(value, given.V); err != nil {
			return fmt.Errorf("typed value %s: %w", given.T, err)
		}
	}
	t.value = value.Interface()
	return nil
}

func decodeInto(value reflect.Value, data json.RawMessage) error {
	switch value.Interface().(type) {
	case time.Time, []byte:
		return json.Unmarshal(data, value.Addr().Interface())
	}
	switch value.Kind() {
	case reflect.Bool:
		return json.Unmarshal(data, value.Addr().Interface())
	case reflect.String:
		var given text
		err := json.Unmarshal(data, &given)
		value.SetString(string(given))
		return err
	case reflect.Slice:
		var items []typed
		if err := json.Unmarshal(data, &items); err != nil {
			return err
		}
		value.Set(reflect.MakeSlice(value.Type(), len(items), len(items)))
		for i, item := range items {
			if err := assign(value.Index(i).Set, value.Type().Elem(), item); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		return decodeMap(value, data)
	}
	var digits string
	if err := json.Unmarshal(data, &digits); err != nil {
		return err
	}
	switch {
	case value.CanInt():
		number, err := strconv.ParseInt(digits, 10, value.Type().Bits())
		value.SetInt(number)
		return err
	case value.CanUint():
		number, err := strconv.ParseUint(digits, 10, value.Type().Bits())
		value.SetUint(number)
		return err
	default:
		number, err := strconv.ParseFloat(digits, value.Type().Bits())
		value.SetFloat(number)
		return err
	}
}

func decodeMap(value reflect.Value, data json.RawMessage) error {
	value.Set(reflect.MakeMap(value.Type()))
	set := func(key typed, item typed) error {
		keyValue := reflect.New(value.Type().Key()).Elem()
		if err := assign(keyValue.Set, value.Type().Key(), key); err != nil {
			return err
		}
		return assign(func(converted reflect.Value) { value.SetMapIndex(keyValue, converted) }, value.Type().Elem(), item)
	}
	if bytes.HasPrefix(data, []byte("{")) {
		var object map[string]typed
		if err := json.Unmarshal(data, &object); err != nil {
			return err
		}
		for key, item := range object {
			if err := set(typed{key}, item); err != nil {
				return err
			}
		}
		return nil
	}
	var pairs [][2]typed
	if err := json.Unmarshal(data, &pairs); err != nil {
		return err
	}
	for _, pair := range pairs {
		if err := set(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

// assign stores an item of a container, whose element type may be an interface or a type of its own.
func assign(set func(reflect.Value), element reflect.Type, item typed) error {
	if item.value == nil {
		if element.Kind() != reflect.Interface {
			return fmt.Errorf("nil where a %s is needed", element)
		}
		set(reflect.Zero(element))
		return nil
	}
	value := reflect.ValueOf(item.value)
	if !value.Type().AssignableTo(element) {
		return fmt.Errorf("%s where a %s is needed", value.Type(), element)
	}
	set(value)
	return nil
}
