package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// certificateCase is a certificate in PEM with its private key. With roots it has to be good for name as a server's.
type certificateCase struct {
	head
	Cert  string `json:"cert"`
	Key   string `json:"key"`
	Roots string `json:"roots"`
	Name  string `json:"name"`
}

// certificateAnswer is what a certificate says, less what is random in it.
type certificateAnswer struct {
	Version            int         `json:"version"`
	SignatureAlgorithm string      `json:"signatureAlgorithm"`
	PublicKeyAlgorithm string      `json:"publicKeyAlgorithm"`
	KeyBits            int         `json:"keyBits"`
	KeyType            string      `json:"keyType"`
	Subject            string      `json:"subject"`
	Issuer             string      `json:"issuer"`
	Seconds            int64       `json:"seconds"`
	Fresh              bool        `json:"fresh"`
	SerialFits         bool        `json:"serialFits"`
	Names              []string    `json:"names"`
	Addresses          []string    `json:"addresses"`
	Extensions         [][3]string `json:"extensions"`
	Lines              []int       `json:"lines"`
}

// describeCertificate reads a certificate with crypto/x509, checks that the key is the certificate's, and says what is
// in it, extension by extension.
func describeCertificate(given certificateCase) (any, error) {
	pair, err := tls.X509KeyPair([]byte(given.Cert), []byte(given.Key))
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return nil, err
	}
	if given.Roots != "" {
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM([]byte(given.Roots)) {
			return nil, misuse("no certificate among the roots")
		}
		if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: given.Name}); err != nil {
			return nil, err
		}
	}
	block, _ := pem.Decode([]byte(given.Key))
	answer := certificateAnswer{
		Version:            cert.Version,
		SignatureAlgorithm: cert.SignatureAlgorithm.String(),
		PublicKeyAlgorithm: cert.PublicKeyAlgorithm.String(),
		KeyBits:            bitsOf(cert.PublicKey),
		KeyType:            block.Type,
		Subject:            hex.EncodeToString(cert.RawSubject),
		Issuer:             hex.EncodeToString(cert.RawIssuer),
		Seconds:            int64(cert.NotAfter.Sub(cert.NotBefore).Seconds()),
		Fresh:              time.Since(cert.NotBefore).Abs() < 10*time.Minute,
		SerialFits:         cert.SerialNumber.Sign() > 0 && cert.SerialNumber.BitLen() <= 128,
		Names:              cert.DNSNames,
		Lines:              lineLengths(given.Cert),
	}
	for _, address := range cert.IPAddresses {
		answer.Addresses = append(answer.Addresses, fmt.Sprintf("%d bytes: %s", len(address), address))
	}
	for _, extension := range cert.Extensions {
		value := hex.EncodeToString(extension.Value)
		// These hang on the key.
		if extension.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 14}) || extension.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, 35}) {
			value = fmt.Sprintf("%d bytes", len(extension.Value))
		}
		answer.Extensions = append(answer.Extensions, [3]string{extension.Id.String(), fmt.Sprint(extension.Critical), value})
	}
	return answer, nil
}

func bitsOf(key crypto.PublicKey) int {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen()
	case *ecdsa.PublicKey:
		return key.Params().BitSize
	case ed25519.PublicKey:
		return 8 * len(key)
	}
	return 0
}

func lineLengths(text string) []int {
	lengths := []int{}
	count := 0
	for _, r := range text {
		if r == '\n' {
			lengths = append(lengths, count)
			count = 0
		} else {
			count++
		}
	}
	if count > 0 || len(lengths) == 0 {
		lengths = append(lengths, count)
	}
	// All but the first two and the last hang on how long the numbers are.
	if len(lengths) > 3 {
		lengths = append(lengths[:2], lengths[len(lengths)-1])
	}
	return lengths
}

// bcryptCase is a hash and the password that it has to be of.
type bcryptCase struct {
	head
	Hash     string `json:"hash"`
	Password text   `json:"password"`
}

type bcryptAnswer struct {
	Cost int `json:"cost"`
}

// compareBcrypt checks a password against a hash, as servers do.
func compareBcrypt(given bcryptCase) (any, error) {
	if err := bcrypt.CompareHashAndPassword([]byte(given.Hash), []byte(given.Password)); err != nil {
		return nil, err
	}
	cost, err := bcrypt.Cost([]byte(given.Hash))
	return bcryptAnswer{Cost: cost}, err
}

// privateKeyCase is a private key in PEM.
type privateKeyCase struct {
	head
	Key string `json:"key"`
}

type privateKeyAnswer struct {
	Type string `json:"type"`
	Kind string `json:"kind"`
	Bits int    `json:"bits"`
	Rest int    `json:"rest"`
}

// readPrivateKey reads a key with the parser for the form that its PEM names.
func readPrivateKey(given privateKeyCase) (any, error) {
	block, rest := pem.Decode([]byte(given.Key))
	if block == nil {
		return nil, errors.New("no PEM")
	}
	answer := privateKeyAnswer{Type: block.Type, Rest: len(rest)}
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "DSA PRIVATE KEY":
		key, err = parseDSA(block.Bytes)
	default:
		return nil, fmt.Errorf("a key of type %s", block.Type)
	}
	if err != nil {
		return nil, err
	}
	answer.Kind = fmt.Sprintf("%T", key)
	switch key := key.(type) {
	case crypto.Signer:
		answer.Bits = bitsOf(key.Public())
	case dsaKey:
		answer.Bits = key.P.BitLen()
	}
	return answer, nil
}

// dsaKey is how OpenSSL writes a DSA key, and Sprig after it.
type dsaKey struct {
	Version       int
	P, Q, G, Y, X *big.Int
}

// parseDSA checks what makes the numbers a key.
func parseDSA(der []byte) (any, error) {
	var key dsaKey
	rest, err := asn1.Unmarshal(der, &key)
	if err != nil {
		return nil, err
	}
	one := big.NewInt(1)
	switch {
	case len(rest) > 0:
		return nil, errors.New("more than a key")
	case !key.P.ProbablyPrime(20) || !key.Q.ProbablyPrime(20):
		return nil, errors.New("p and q have to be primes")
	case new(big.Int).Mod(new(big.Int).Sub(key.P, one), key.Q).Sign() != 0:
		return nil, errors.New("q does not divide p-1")
	case new(big.Int).Exp(key.G, key.Q, key.P).Cmp(one) != 0 || key.G.Cmp(one) == 0:
		return nil, errors.New("g does not have the order q")
	case new(big.Int).Exp(key.G, key.X, key.P).Cmp(key.Y) != 0:
		return nil, errors.New("y is not of x")
	}
	return key, nil
}
