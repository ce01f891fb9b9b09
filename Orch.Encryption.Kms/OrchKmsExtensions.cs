using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.Encryption.Kms;
using Orch.Security;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers key management plugins.</summary>
public static class OrchKmsExtensions
{
    /// <summary>Lets encryption configurations name plugins of KMS v2 by their endpoint, such as <c>unix:///var/run/kms.sock</c>.</summary>
    /// <remarks>https://kubernetes.io/docs/tasks/administer-cluster/kms-provider/</remarks>
    public static IServiceCollection AddOrchKmsPlugins(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IKeyManagementConnector, KmsPluginConnector>());
        return services;
    }
}
