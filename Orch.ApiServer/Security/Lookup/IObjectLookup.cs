using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Security.Lookup;

/// <summary>What security decides by: the server's own cache of objects, read without further authorization.</summary>
/// <remarks>Objects are shared and never mutated. A read costs no I/O.</remarks>
internal interface IObjectLookup
{
    /// <summary>The object, or null.</summary>
    T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>All objects of a kind, of one namespace or of all when it is empty.</summary>
    IEnumerable<T> List<T>(string namespaceName = "")
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Whether there is any object of a kind at all; the cheapest question.</summary>
    bool HasAny<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => List<T>().Any();

    /// <summary>Grows whenever an object of the kind changes.</summary>
    long Version<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Follows all objects of a kind; the first reading has those that are there.</summary>
    IObjectChanges<T> Follow<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Completes when the cache holds everything written so far; for when something that should be there is not.</summary>
    ValueTask CatchUpAsync(CancellationToken cancellationToken);
}
