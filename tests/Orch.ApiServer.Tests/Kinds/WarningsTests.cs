using k8s.Models;

namespace Orch.ApiServer.Tests.Kinds;

public sealed class WarningsTests
{
    [Theory]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i}]}}", "")]
    [InlineData("{metadata: {name: web.a}, spec: {containers: [{name: c, image: i}]}}", "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, env: [{name: A, value: x}, {name: A, value: y}]}]}}", "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, env: [{name: A, value: x}, {name: A, value: $(A)y}]}]}}", "")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, ports: [{containerPort: 80}, {containerPort: 80, name: http}]}]}}", "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]")]
    [InlineData("{metadata: {name: web}, spec: {nodeSelector: {beta.kubernetes.io/os: linux}, containers: [{name: c, image: i}]}}", "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead")]
    [InlineData("{metadata: {name: web}, spec: {containers: [{name: c, image: i, resources: {requests: {memory: 100m}}}]}}", "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, must be an integer")]
    public void Pod_HardlyMeant_Warns(string yaml, string expected)
        => Assert.Equal(expected, string.Join('\n', Declared.Of<V1Pod>().WarningsFor(Declared.Created<V1Pod>(yaml), null)));

    [Fact]
    public void Deployment_WarnsWhenItsTemplateIsWritten()
    {
        var deployment = Declared.Created<V1Deployment>(
            "{metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i, env: [{name: A}, {name: A}]}]}}}}");

        Assert.Equal(["spec.template.spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply"], Declared.Of<V1Deployment>().WarningsFor(deployment, null));
        Assert.Empty(Declared.Of<V1Deployment>().WarningsFor(Declared.Updated(deployment, item => item.Metadata.Labels = new Dictionary<string, string> { ["x"] = "y" }), deployment));
    }

    [Fact]
    public void Finalizers_MustBeQualifiedOrKnown()
    {
        var errors = new Orch.ApiServer.Validation.FieldErrors();
        Orch.ApiServer.Validation.MetadataRules.Validate(new V1ObjectMeta { Name = "x", Finalizers = ["orphan", "example.com/x", "mine"] }, Orch.ApiServer.Validation.FieldPath.Of("metadata"), errors);

        Assert.Equal("metadata.finalizers[2]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified", errors.ToString());
    }
}
