// Command verifier asks cosign's own packages, in the versions and with the settings that source-controller has them,
// whether an artifact is signed. It says "verified", or why not.
//
//	verifier -key FILE IMAGE
//	verifier -trusted-root FILE -issuer REGEXP -subject REGEXP IMAGE
package main

import (
	"context"
	"crypto"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/sigstore/cosign/v3/pkg/cosign"
	"github.com/sigstore/cosign/v3/pkg/oci"
	"github.com/sigstore/rekor/pkg/client"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
)

func main() {
	key := flag.String("key", "", "file with a public key")
	trustedRoot := flag.String("trusted-root", "", "file with a trusted root")
	issuer := flag.String("issuer", "", "regular expression for the issuer")
	subject := flag.String("subject", "", "regular expression for the subject")
	flag.Parse()

	opts, err := keyOptions(*key)
	if *trustedRoot != "" {
		opts, err = identityOptions(*trustedRoot, cosign.Identity{IssuerRegExp: *issuer, SubjectRegExp: *subject})
	}
	if err == nil {
		err = verify(context.Background(), flag.Arg(0), opts)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("verified")
}

func keyOptions(file string) (*cosign.CheckOpts, error) {
	if file == "" {
		return nil, errors.New("neither key nor trusted root")
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	public, err := cryptoutils.UnmarshalPEMToPublicKey(pem)
	if err != nil {
		return nil, err
	}
	verifier, err := signature.LoadVerifier(public, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return &cosign.CheckOpts{Offline: true, IgnoreTlog: true, SigVerifier: verifier}, nil
}

func identityOptions(file string, identity cosign.Identity) (*cosign.CheckOpts, error) {
	json, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	trusted, err := root.NewTrustedRootFromJSON(json)
	if err != nil {
		return nil, err
	}
	// It is asked only for a signature that brings no entry of the log along; nobody listens there.
	rekor, err := client.GetRekorClient("http://127.0.0.1:1")
	if err != nil {
		return nil, err
	}
	return &cosign.CheckOpts{
		TrustedMaterial: trusted,
		RekorClient:     rekor,
		Identities:      []cosign.Identity{identity},
	}, nil
}

// verify looks for bundles first and for signatures of cosign 2 where there are none.
func verify(ctx context.Context, image string, opts *cosign.CheckOpts) error {
	ref, err := name.ParseReference(image, name.Insecure)
	if err != nil {
		return err
	}
	var found []oci.Signature
	bundles, _, err := cosign.GetBundles(ctx, ref, nil, name.Insecure)
	if err != nil || len(bundles) == 0 {
		found, _, err = cosign.VerifyImageSignatures(ctx, ref, opts)
	} else {
		opts.NewBundleFormat = true
		found, _, err = cosign.VerifyImageAttestations(ctx, ref, opts, name.Insecure)
	}
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errors.New("no signatures")
	}
	return nil
}
