using System.Text;
using k8s.Models;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Env;
using Orch.Resources;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Env;

public sealed class ContainerEnvironmentTests : IReferencedObjects
{
    private readonly V1Pod _pod = Build.Pod("web").WithUid("u-1").WithLabel("app", "web").OnNode("n1");
    private readonly List<V1Service> _services = [Build.Service("kubernetes").ClusterIP("10.96.0.1").WithPort(443, 6443, "https")];

    private V1Container Container => _pod.Spec.Containers[0];

    [Fact]
    public async Task Values_ReferToEarlierOnesAndServices()
    {
        Container.Env =
        [
            new V1EnvVar { Name = "A", Value = "a" },
            new V1EnvVar { Name = "B", Value = "$(A)$(LATER)" },
            new V1EnvVar { Name = "LATER", Value = "x" },
            new V1EnvVar { Name = "API", Value = "https://$(KUBERNETES_SERVICE_HOST)" },
        ];

        var all = await ResolveAsync();

        Assert.Equal("a$(LATER)", all["B"]);
        Assert.Equal("https://10.96.0.1", all["API"]);
    }

    [Fact]
    public async Task EnvFrom_ComesFirstAndIsOverridden()
    {
        Container.EnvFrom =
        [
            new V1EnvFromSource { Prefix = "P_", ConfigMapRef = new V1ConfigMapEnvSource { Name = "conf" } },
            new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "none", Optional = true } },
        ];
        Container.Env = [new V1EnvVar { Name = "P_b", Value = "own $(P_a)" }];

        var all = await ResolveAsync();

        Assert.Equal("1", all["P_a"]);
        Assert.Equal("own 1", all["P_b"]);
    }

    [Fact]
    public async Task Fields_OfPodNodeAndResources()
    {
        Container.Resources = new V1ResourceRequirements
        {
            Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = Quantities.Parse("64Mi") },
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = Quantities.Parse("250m") },
        };
        static V1EnvVar Field(string name, string path) => new() { Name = name, ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = path } } };
        static V1EnvVar Resource(string name, string path, string divisor) => new()
        {
            Name = name, ValueFrom = new V1EnvVarSource { ResourceFieldRef = new V1ResourceFieldSelector { Resource = path, Divisor = Quantities.Parse(divisor) } },
        };
        Container.Env =
        [
            Field("NAME", "metadata.name"), Field("UID", "metadata.uid"), Field("APP", "metadata.labels['app']"), Field("NODE", "spec.nodeName"),
            Field("IP", "status.podIP"), Field("HOST", "status.hostIP"), Field("SA", "spec.serviceAccountName"),
            Resource("MEM", "limits.memory", "1Mi"), Resource("REQ", "requests.cpu", "1"), Resource("CPU", "limits.cpu", "1m"),
        ];

        var all = await ResolveAsync();

        Assert.Equal("web", all["NAME"]);
        Assert.Equal("u-1", all["UID"]);
        Assert.Equal("web", all["APP"]);
        Assert.Equal("n1", all["NODE"]);
        Assert.Equal("10.0.0.5", all["IP"]);
        Assert.Equal("192.168.0.1", all["HOST"]);
        Assert.Equal("default", all["SA"]);
        Assert.Equal("64", all["MEM"]);
        Assert.Equal("1", all["REQ"]);
        Assert.Equal("4000", all["CPU"]);
    }

    [Theory]
    [InlineData("conf", "nokey", "couldn't find key nokey in ConfigMap default/conf")]
    [InlineData("gone", "a", "configmap \"gone\" not found")]
    public async Task ConfigMapKey_Missing_IsErrorUnlessOptional(string map, string key, string message)
    {
        var selector = new V1ConfigMapKeySelector { Name = map, Key = key };
        Container.Env = [new V1EnvVar { Name = "X", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = selector } }];
        Assert.Equal(message, (await Assert.ThrowsAsync<ContainerConfigException>(ResolveAsync)).Message);

        selector.Optional = true;
        Assert.DoesNotContain("X", (await ResolveAsync()).Keys);
    }

    [Fact]
    public async Task SecretKey_IsDecoded()
    {
        Container.Env = [new V1EnvVar { Name = "PW", ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "s", Key = "pw" } } }];

        Assert.Equal("hunter2", (await ResolveAsync())["PW"]);
    }

    [Fact]
    public async Task Services_OfTheNamespaceAsLinks_ButOnlyKubernetesWithoutThem()
    {
        _services.Add(Build.Service("my-db").ClusterIP("10.96.0.7").WithPort(5432, 5432, "sql"));
        _services.Add(Build.Service("headless").ClusterIP("None").WithPort(1, 1));
        _services.Add(Build.Service("other", "elsewhere").ClusterIP("10.96.0.8").WithPort(1, 1));

        var all = await ResolveAsync();

        Assert.Equal("10.96.0.7", all["MY_DB_SERVICE_HOST"]);
        Assert.Equal("5432", all["MY_DB_SERVICE_PORT"]);
        Assert.Equal("5432", all["MY_DB_SERVICE_PORT_SQL"]);
        Assert.Equal("tcp://10.96.0.7:5432", all["MY_DB_PORT"]);
        Assert.Equal("tcp://10.96.0.7:5432", all["MY_DB_PORT_5432_TCP"]);
        Assert.Equal("tcp", all["MY_DB_PORT_5432_TCP_PROTO"]);
        Assert.Equal("5432", all["MY_DB_PORT_5432_TCP_PORT"]);
        Assert.Equal("10.96.0.7", all["MY_DB_PORT_5432_TCP_ADDR"]);
        Assert.DoesNotContain(all.Keys, k => k.StartsWith("HEADLESS", StringComparison.Ordinal) || k.StartsWith("OTHER", StringComparison.Ordinal));

        _pod.Spec.EnableServiceLinks = false;
        all = await ResolveAsync();
        Assert.Equal("10.96.0.1", all["KUBERNETES_SERVICE_HOST"]);
        Assert.DoesNotContain("MY_DB_SERVICE_HOST", all.Keys);
    }

    Task<V1ConfigMap?> IReferencedObjects.FindConfigMapAsync(ObjectKey key, CancellationToken cancellationToken)
        => Task.FromResult(key.Name == "conf" ? Build.ConfigMap("conf", "default", ("a", "1"), ("b", "2")) : null);

    Task<V1Secret?> IReferencedObjects.FindSecretAsync(ObjectKey key, CancellationToken cancellationToken)
        => Task.FromResult(key.Name == "s" ? new V1Secret { Data = new Dictionary<string, byte[]> { ["pw"] = Encoding.UTF8.GetBytes("hunter2") } } : null);

    private async Task<Dictionary<string, string>> ResolveAsync()
    {
        var result = await ContainerEnvironment.ResolveAsync(_pod, Container, new EnvironmentSources
        {
            Objects = this,
            Services = _services,
            Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = Quantities.Parse("4") },
            PodAddresses = ["10.0.0.5"],
            HostAddresses = ["192.168.0.1"],
        }, CancellationToken.None);
        return result.ToDictionary(e => e.Name, e => e.Value);
    }
}
