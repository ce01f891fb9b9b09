using k8s;
using k8s.Models;
using Orch.Testing.Snapshots;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What is stored of the kinds that configure a cluster when a manifest says little.</summary>
public sealed class ClusterDefaultsTests
{
    [Fact]
    public Task MutatingWebhookConfiguration_Plain() => Stored<V1MutatingWebhookConfiguration>(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingWebhookConfiguration
        metadata: {name: hook}
        webhooks:
        - name: a.example.com
          clientConfig: {service: {name: hook, namespace: default}}
          rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
          sideEffects: None
          admissionReviewVersions: [v1]
        """);

    [Fact]
    public Task ValidatingWebhookConfiguration_Plain() => Stored<V1ValidatingWebhookConfiguration>(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: hook}
        webhooks:
        - name: a.example.com
          clientConfig: {url: "https://example.com"}
          rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
          sideEffects: None
          admissionReviewVersions: [v1]
        """);

    [Fact]
    public Task ValidatingAdmissionPolicy_Plain() => Stored<V1ValidatingAdmissionPolicy>(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: policy}
        spec:
          matchConstraints:
            resourceRules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
          validations: [{expression: "true"}]
        """);

    [Fact]
    public Task MutatingAdmissionPolicyBinding_Plain() => Stored<V1MutatingAdmissionPolicyBinding>(
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingAdmissionPolicyBinding
        metadata: {name: binding}
        spec: {policyName: policy, matchResources: {}}
        """);

    [Fact]
    public Task FlowSchema_Plain() => Stored<V1FlowSchema>(
        """
        apiVersion: flowcontrol.apiserver.k8s.io/v1
        kind: FlowSchema
        metadata: {name: schema}
        spec:
          priorityLevelConfiguration: {name: level}
          rules:
          - subjects: [{kind: User, user: {name: jane}}]
            resourceRules: [{verbs: [get], apiGroups: [""], resources: [pods], clusterScope: false, namespaces: [a]}]
        """);

    [Fact]
    public Task PriorityLevelConfiguration_Plain() => Stored<V1PriorityLevelConfiguration>(
        """
        apiVersion: flowcontrol.apiserver.k8s.io/v1
        kind: PriorityLevelConfiguration
        metadata: {name: level}
        spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}
        """);

    [Fact]
    public Task NetworkPolicy_WithEgress() => Stored<V1NetworkPolicy>(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: policy, namespace: default}
        spec:
          egress: [{ports: [{port: 53}]}]
        """);

    [Fact]
    public Task IngressClass_Plain() => Stored<V1IngressClass>(
        """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: class}
        spec: {controller: example.com/x, parameters: {kind: K, name: n}}
        """);

    [Fact]
    public Task Ingress_Plain() => Stored<V1Ingress>(
        """
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: web, namespace: default}
        spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
        """);

    private static Task Stored<T>(string yaml, [System.Runtime.CompilerServices.CallerMemberName] string method = "")
        where T : class, IKubernetesObject<V1ObjectMeta> => Verifier.Verify(Declared.Created<T>(yaml), method: method);
}
