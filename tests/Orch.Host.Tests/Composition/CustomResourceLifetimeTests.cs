using k8s.Models;
using Orch.ApiServer.Kinds;
using Orch.Client;
using Orch.Controllers;
using Orch.Host.Composition;
using Orch.Resources;
using Orch.Testing.Builders;
using Orch.Testing.Time;

namespace Orch.Host.Tests.Composition;

public sealed class CustomResourceLifetimeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task CustomResources_GoWithTheirNamespace_TheirOwner_AndTheirDefinition()
    {
        using var cluster = new EmbeddedCluster("custom");
        await cluster.StartAsync();
        var client = cluster.Cluster.CreateClient();
        var (gadgets, maps, definitions) = (client.Resource<Gadget>(), client.Resource<V1ConfigMap>(), client.Resource<V1CustomResourceDefinition>());
        var definition = Gadget.Definition();
        definition.Status = null;
        await definitions.CreateAsync(definition, default);
        await Patience.UntilAsync(
            async () => (await definitions.GetAsync(definition.Key(), default)).Status?.Conditions?.Any(condition => condition is { Type: "Established", Status: "True" }) == true, "the definition to be established", Limit);

        // Long before its definition goes: of a kind that is known no more, only owners that were seen are known to have gone.
        var last = await gadgets.CreateAsync(Gadget.Named("last"), default);
        await maps.CreateAsync(Build.ConfigMap("of-last").ControlledBy(last), default);
        await NamespaceAsync(client);

        var owner = await gadgets.CreateAsync(Gadget.Named("owner"), default);
        await maps.CreateAsync(Build.ConfigMap("owned").ControlledBy(owner), default);
        await gadgets.CreateAsync(Gadget.Named("child").ControlledBy(await maps.CreateAsync(Build.ConfigMap("parent"), default)), default);
        await gadgets.DeleteAsync(owner.Key(), DeleteRequest.Default, default);
        await UntilGoneAsync(maps, new ObjectKey("default", "owned"));
        await maps.DeleteAsync(new ObjectKey("default", "parent"), new DeleteRequest { PropagationPolicy = "Foreground" }, default);
        await UntilGoneAsync(maps, new ObjectKey("default", "parent"));
        await UntilGoneAsync(gadgets, new ObjectKey("default", "child"));

        await definitions.DeleteAsync(definition.Key(), DeleteRequest.Default, default);
        await UntilGoneAsync(maps, new ObjectKey("default", "of-last"));
        await cluster.StopAsync();
    }

    [Fact]
    public void EveryServedKind_IsCollected()
    {
        // Events show twice, and own nothing; autoscalers show in two versions.
        var known = ClusterKinds.BuiltIn().Select(kind => kind.Resource.GroupResource).ToHashSet();
        Assert.Equal(["events.events.k8s.io"], BuiltInResources.All().Select(declaration => declaration.Resource.GroupResource).Where(resource => !known.Contains(resource)).Distinct());
    }

    private static async Task NamespaceAsync(IClusterClient client)
    {
        var (gadgets, namespaces) = (client.Resource<Gadget>(), client.Resource<V1Namespace>());
        await namespaces.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = "shop" } }, default);
        await gadgets.CreateAsync(Gadget.Named("free", "shop"), default);
        await gadgets.CreateAsync(Gadget.Named("held", "shop").WithFinalizer("example.com/hold"), default);
        await namespaces.DeleteAsync(ObjectKey.Cluster("shop"), DeleteRequest.Default, default);

        // Other controllers may still fill the namespace when the first pass begins, so the first that is said may name more.
        (string, string, string)[] expected =
        [
            ("NamespaceContentRemaining", "SomeResourcesRemain", "Some resources are remaining: gadgets.example.com has 1 resource instances"),
            ("NamespaceFinalizersRemaining", "SomeFinalizersRemain", "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"),
        ];
        await Patience.UntilAsync(
            async () => (await namespaces.GetAsync(ObjectKey.Cluster("shop"), default)).Status?.Conditions?
                .Where(condition => condition.Status == "True").Select(condition => (condition.Type, condition.Reason, condition.Message)).SequenceEqual(expected) == true,
            "the namespace to say what holds it", Limit);
        await UntilGoneAsync(gadgets, new ObjectKey("shop", "free"));

        await gadgets.PatchAsync(new ObjectKey("shop", "held"), new ResourcePatch(PatchKind.Merge, """{"metadata":{"finalizers":null}}"""u8.ToArray()), default);
        await UntilGoneAsync(namespaces, ObjectKey.Cluster("shop"));
        await UntilGoneAsync(gadgets, new ObjectKey("shop", "held"));
    }

    private static Task UntilGoneAsync<T>(IResourceClient<T> client, ObjectKey key)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
        => Patience.UntilAsync(
            async () =>
            {
                try
                {
                    await client.GetAsync(key, default);
                    return false;
                }
                catch (ApiException exception) when (exception.IsNotFound)
                {
                    return true;
                }
            },
            $"{key} to go", Limit);
}
