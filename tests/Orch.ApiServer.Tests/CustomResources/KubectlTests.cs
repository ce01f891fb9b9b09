using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Kubectl;

namespace Orch.ApiServer.Tests.CustomResources;

/// <summary>The installed kubectl with a custom resource, over HTTPS.</summary>
public sealed class KubectlTests : ServerTests
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: certificates.pki.example.com}
        spec:
          group: pki.example.com
          scope: Namespaced
          names: {plural: certificates, singular: certificate, kind: Certificate, shortNames: [cert, certs], categories: [pki]}
          versions:
          - name: v1
            served: true
            storage: true
            additionalPrinterColumns:
            - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
            - {name: Secret, type: string, jsonPath: .spec.secretName}
            - {name: Issuer, type: string, jsonPath: .spec.issuerRef.name, priority: 1}
            - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
            subresources:
              status: {}
              scale: {specReplicasPath: .spec.copies, statusReplicasPath: .status.copies}
            schema:
              openAPIV3Schema:
                type: object
                description: A Certificate asks an issuer for a signed certificate and keeps it in a secret.
                required: [spec]
                properties:
                  spec:
                    type: object
                    description: What is wanted of the certificate.
                    required: [secretName, issuerRef]
                    x-kubernetes-validations:
                    - {rule: "has(self.commonName) || has(self.dnsNames)", message: a name is needed}
                    - {rule: "self.secretName == oldSelf.secretName", message: the secret cannot be changed}
                    properties:
                      secretName: {type: string, minLength: 1, maxLength: 253, description: The secret that holds the key and the certificate.}
                      commonName: {type: string, maxLength: 64}
                      copies: {type: integer, minimum: 0, default: 1}
                      duration: {type: string, format: duration, default: 2160h}
                      dnsNames: {type: array, maxItems: 100, x-kubernetes-list-type: set, items: {type: string, maxLength: 253}}
                      usages: {type: array, items: {type: string, enum: [signing, digital signature, server auth, client auth]}}
                      issuerRef:
                        type: object
                        required: [name]
                        properties: {name: {type: string}, kind: {type: string, default: Issuer}, group: {type: string}}
                      privateKey:
                        type: object
                        properties: {algorithm: {type: string, enum: [RSA, ECDSA, Ed25519]}, size: {type: integer}}
                  status:
                    type: object
                    properties:
                      copies: {type: integer}
                      notAfter: {type: string, format: date-time}
                      conditions:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [type]
                        items:
                          type: object
                          required: [type, status]
                          properties: {type: {type: string}, status: {type: string, enum: ["True", "False", Unknown]}, reason: {type: string}, message: {type: string}}
        """;

    private const string Object = """
        apiVersion: pki.example.com/v1
        kind: Certificate
        metadata: {name: web, namespace: default}
        spec:
          secretName: web-tls
          dnsNames: [web.example.com]
          issuerRef: {name: letters}
        """;

    [SkippableFact]
    [Trait("Needs", "kubectl")]
    public async Task Kubectl_WithACustomResource_GoesAsWithUpstream()
    {
        using var kubectl = new KubectlSession(_server.Address);
        var definition = await kubectl.WriteAsync("crd.yaml", Definition);
        var item = await kubectl.WriteAsync("item.yaml", Object);

        await kubectl.OkAsync("customresourcedefinition.apiextensions.k8s.io/certificates.pki.example.com created", "apply", "-f", definition);
        await kubectl.OkAsync("customresourcedefinition.apiextensions.k8s.io/certificates.pki.example.com condition met", "wait", "--for=condition=Established", "crd/certificates.pki.example.com", "--timeout=20s");
        await kubectl.OkAsync("customresourcedefinition.apiextensions.k8s.io/certificates.pki.example.com unchanged", "apply", "-f", definition);
        await kubectl.OkAsync("CREATED AT", "get", "crd");
        await kubectl.OkAsync("certificate.pki.example.com/web created", "apply", "-f", item);
        await kubectl.OkAsync("certificate.pki.example.com/web unchanged", "apply", "-f", item);
        await kubectl.OkAsync("NAME   READY   SECRET    AGE", "get", "certs");
        await kubectl.OkAsync("letters", "get", "cert", "web", "-o", "wide");
        await kubectl.OkAsync("certificate.pki.example.com/web", "get", "pki", "-o", "name");
        await kubectl.OkAsync("2160h", "get", "cert", "web", "-o", "jsonpath={.spec.duration}");
        await kubectl.OkAsync("The secret that holds the key and the certificate.", "explain", "certificate.spec.secretName");
        await kubectl.OkAsync("issuerRef\t<Object> -required-", "explain", "cert.spec");
        await kubectl.OkAsync("certificate.pki.example.com/web patched", "patch", "cert", "web", "--type=merge", "-p", """{"spec":{"commonName":"web"}}""");
        await kubectl.OkAsync("certificate.pki.example.com/web patched", "patch", "cert", "web", "--subresource=status", "--type=merge", "-p", """{"status":{"copies":1,"conditions":[{"type":"Ready","status":"True"}]}}""");
        await kubectl.OkAsync("web    True    web-tls", "get", "cert", "web");
        await kubectl.OkAsync("certificate.pki.example.com/web scaled", "scale", "cert", "web", "--replicas=3");
        await kubectl.OkAsync("3", "get", "cert", "web", "-o", "jsonpath={.spec.copies}");
        await kubectl.OkAsync("certificate.pki.example.com/web serverside-applied", "apply", "--server-side", "--force-conflicts", "-f", item);
        await kubectl.OkAsync("certificate.pki.example.com/web labeled", "label", "cert", "web", "a=b");
        await kubectl.OkAsync("Secret Name:", "describe", "cert", "web");
        await kubectl.OkAsync("certificates", "api-resources", "--api-group=pki.example.com");
        await kubectl.FailsAsync("the secret cannot be changed", "patch", "cert", "web", "--type=merge", "-p", """{"spec":{"secretName":"other"}}""");
        await kubectl.FailsAsync("spec.copies: Invalid value: -1: spec.copies in body should be greater than or equal to 0", "patch", "cert", "web", "--type=merge", "-p", """{"spec":{"copies":-1}}""");
        await kubectl.FailsAsync("unknown field \"spec.keySize\"", "create", "-f", await kubectl.WriteAsync("bad.yaml", Object.Replace("name: web,", "name: bad,", StringComparison.Ordinal) + "\n  keySize: 3\n"));
        await kubectl.OkAsync("certificate.pki.example.com \"web\" deleted", "delete", "cert", "web");
        await kubectl.OkAsync("customresourcedefinition.apiextensions.k8s.io \"certificates.pki.example.com\" deleted", "delete", "crd", "certificates.pki.example.com");
        await kubectl.FailsAsync("the server could not find the requested resource", "get", "certificates");
    }
}
