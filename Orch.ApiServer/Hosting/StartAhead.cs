using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Kinds.FlowControl;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Bootstrap;
using Orch.ApiServer.Security.Tokens;

namespace Orch.ApiServer.Hosting;

/// <summary>Makes on another core what a start needs soon, while the host composes its services on the first.</summary>
/// <remarks>
/// Nothing depends on it: whoever needs a part before it is made makes it, or waits for it, as ever. A start is short work for one core and long
/// for its user; certificates, keys and the schemas of the first objects need nothing of the rest.
/// </remarks>
internal sealed class StartAhead : IHostedService
{
    private readonly Task _work;

    /// <param name="provider">Hosted services are made in the order of their registration; this one is registered early.</param>
    public StartAhead(IServiceProvider provider) => _work = Task.Run(() => Prepare(provider));

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _work.WaitAsync(cancellationToken);

    private static void Prepare(IServiceProvider provider)
    {
        try
        {
            var options = provider.GetRequiredService<IOptions<ApiServerOptions>>().Value;
            _ = provider.GetRequiredService<ServiceAccountTokens>();
            if (options.Listens) { _ = provider.GetRequiredService<ListenerContainer>().Of(options).GetRequiredService<IServer>(); }
            var resources = provider.GetRequiredService<ServedResources>();
            var fields = provider.GetRequiredService<FieldManager>();
            foreach (var item in FirstObjects())
            {
                if (resources.Find(item.GetType()) is { } resource) { fields.OnCreate(resource, new WriteCall(ObjectEnsurer.Server) { Manager = "kube-apiserver" }, item); }
            }
        }
        catch (Exception)
        {
            // Who needs what could not be made says so, to somebody who listens.
        }
    }

    // One of each kind that a first start makes before it is ready.
    private static IEnumerable<IKubernetesObject<V1ObjectMeta>> FirstObjects()
    {
        yield return new V1Namespace { Metadata = new V1ObjectMeta { Name = "default" } };
        yield return new V1PriorityClass { Metadata = new V1ObjectMeta { Name = "system" } };
        yield return FlowControlObjects.MandatoryLevels()[0];
        yield return FlowControlObjects.MandatorySchemas()[0];
        yield return UserRoles.All().First();
    }
}
