using k8s;
using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Admission.Policies;

/// <summary>One server for all cases of a table of policies; each case leaves it without policies.</summary>
public sealed class SharedPolicyServer : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Creates an object that is in force when this returns.</summary>
    public async Task<T> MakeAsync<T>(T value)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var made = await Server.Admin.Resource<T>().CreateAsync(value, CancellationToken.None);
        await Server.CaughtUpAsync();
        return made;
    }

    /// <summary>A mutating policy with a binding of the same name.</summary>
    public async Task MutateAsync(string name, Action<V1MutatingAdmissionPolicySpec> configure, Action<V1MutatingAdmissionPolicyBindingSpec>? bind = null)
    {
        var spec = new V1MutatingAdmissionPolicySpec { ReinvocationPolicy = "Never", MatchConstraints = MatchOf("", "configmaps") };
        configure(spec);
        await MakeAsync(new V1MutatingAdmissionPolicy { Metadata = new V1ObjectMeta { Name = name }, Spec = spec });
        var binding = new V1MutatingAdmissionPolicyBindingSpec { PolicyName = name };
        bind?.Invoke(binding);
        await MakeAsync(new V1MutatingAdmissionPolicyBinding { Metadata = new V1ObjectMeta { Name = name }, Spec = binding });
    }

    /// <summary>A validating policy with a binding of the same name.</summary>
    public async Task ValidateAsync(string name, Action<V1ValidatingAdmissionPolicySpec> configure, Action<V1ValidatingAdmissionPolicyBindingSpec>? bind = null)
    {
        var spec = new V1ValidatingAdmissionPolicySpec { MatchConstraints = MatchOf("", "configmaps") };
        configure(spec);
        await MakeAsync(new V1ValidatingAdmissionPolicy { Metadata = new V1ObjectMeta { Name = name }, Spec = spec });
        var binding = new V1ValidatingAdmissionPolicyBindingSpec { PolicyName = name, ValidationActions = ["Deny"] };
        bind?.Invoke(binding);
        await MakeAsync(new V1ValidatingAdmissionPolicyBinding { Metadata = new V1ObjectMeta { Name = name }, Spec = binding });
    }

    /// <summary>Takes away all policies and config maps.</summary>
    public async Task ClearAsync()
    {
        await ClearAsync<V1ValidatingAdmissionPolicyBinding>();
        await ClearAsync<V1MutatingAdmissionPolicyBinding>();
        await ClearAsync<V1ValidatingAdmissionPolicy>();
        await ClearAsync<V1MutatingAdmissionPolicy>();
        await Server.CaughtUpAsync();
        await ClearAsync<V1ConfigMap>();
        await ClearAsync<V1Deployment>();
        await Server.CaughtUpAsync();
    }

    public static V1MatchResources MatchOf(string group, string resource, params string[] operations) => new()
    {
        ResourceRules = [new V1NamedRuleWithOperations { ApiGroups = [group], ApiVersions = ["v1"], Resources = [resource], Operations = operations.Length == 0 ? ["*"] : operations }],
    };

    private async Task ClearAsync<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var client = Server.Admin.Resource<T>();
        foreach (var item in (await client.ListAsync(ListRequest.All, CancellationToken.None)).Items)
        {
            if (item.Metadata.NamespaceProperty is not (null or "default")) { continue; }
            var key = string.IsNullOrEmpty(item.Metadata.NamespaceProperty) ? ObjectKey.Cluster(item.Metadata.Name) : new ObjectKey(item.Metadata.NamespaceProperty, item.Metadata.Name);
            await client.DeleteAsync(key, new DeleteRequest(), CancellationToken.None);
        }
    }
}
