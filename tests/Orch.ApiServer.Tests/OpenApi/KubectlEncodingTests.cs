using System.Text;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Tests.OpenApi;

/// <summary>From 1.32 on kubectl sends protobuf where it sent JSON before: both must become the same object.</summary>
[Trait("Needs", "kubectl")]
public sealed class KubectlEncodingTests : IDisposable
{
    private const string Json = "/usr/lib/google-cloud-sdk/bin/kubectl.1.31";
    private const string Protobuf = "/usr/lib/google-cloud-sdk/bin/kubectl.1.33";
    private readonly Kubectl _kubectl = new();

    public void Dispose() => _kubectl.Dispose();

    [SkippableTheory]
    [InlineData("/api/v1/namespaces/x", "create namespace x")]
    [InlineData("/apis/apps/v1/namespaces/default/deployments/x", "create deployment x --image=a --image=b --replicas=0")]
    [InlineData("/apis/apps/v1/namespaces/default/deployments/x", "create deployment x --image=a --replicas=3 --port=80 -- sleep 5")]
    [InlineData("/api/v1/namespaces/default/configmaps/x", "create configmap x --from-literal=a=1 --from-literal=b=")]
    [InlineData("/api/v1/namespaces/default/secrets/x", "create secret generic x --from-literal=a=1 --type=t")]
    [InlineData("/api/v1/namespaces/default/serviceaccounts/x", "create serviceaccount x")]
    [InlineData("/api/v1/namespaces/default/services/x", "create service clusterip x --tcp=80:8080")]
    [InlineData("/api/v1/namespaces/default/services/x", "create service clusterip x --clusterip=None")]
    [InlineData("/api/v1/namespaces/default/services/x", "create service nodeport x --tcp=80:web --node-port=30000")]
    [InlineData("/api/v1/namespaces/default/services/x", "create service externalname x --external-name=e")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles/x", "create role x --verb=get,list --resource=pods,deployments.apps --resource-name=r")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/clusterroles/x", "create clusterrole x --verb=get --non-resource-url=/livez")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/clusterroles/x", "create clusterrole x --aggregation-rule=a=b")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/x", "create rolebinding x --role=r --user=u --serviceaccount=n:s")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/x", "create clusterrolebinding x --clusterrole=r --group=g")]
    [InlineData("/apis/scheduling.k8s.io/v1/priorityclasses/x", "create priorityclass x --value=7 --description=d")]
    public async Task CreatedObjects_AreTheSame(string path, string command)
    {
        Skip.IfNot(File.Exists(Json) && File.Exists(Protobuf), "kubectl 1.31 and 1.33 are not installed");
        var texts = new List<string>();
        foreach (var binary in new[] { Json, Protobuf })
        {
            var (code, output) = await _kubectl.RunAsync(binary, command.Split(' '));
            Assert.True(code == 0, output);
            texts.Add(Encoding.UTF8.GetString(JsonTree.Write(Sorted(JsonTree.Read(Encoding.UTF8.GetBytes(_kubectl.Server.Raw(path)))))));
        }

        Assert.Contains(_kubectl.Server.Requests, static request => request.Contains("type=application/vnd.kubernetes.protobuf", StringComparison.Ordinal));
        Assert.Equal(texts[0], texts[1]);
    }

    private static object? Sorted(object? value)
    {
        switch (value)
        {
            case JsonMap map:
                var sorted = new JsonMap();
                foreach (var (key, item) in map.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) { sorted[key] = Sorted(item); }
                return sorted;
            case JsonList list: return new JsonList(list.Select(Sorted));
            default: return value;
        }
    }
}
