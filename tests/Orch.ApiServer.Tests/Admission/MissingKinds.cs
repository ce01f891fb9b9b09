using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Tests.Admission;

/// <summary>Serves kinds that a test needs as plain objects, unless the server has them itself.</summary>
internal static class MissingKinds
{
    public static void AddIfMissing<T>(this IServiceCollection services, string plural, ResourceScope scope)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (BuiltInResources.All().Any(static item => item.ObjectType == typeof(T))) { return; }
        services.AddSingleton<ResourceDeclaration>(new Plain<T>(plural, scope));
    }

    private sealed class Plain<T>(string plural, ResourceScope scope) : ResourceDeclaration<T>(plural, scope)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        public override bool HasStatus => true;
    }
}
