using k8s;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Registry;

/// <summary>How an update makes the new object from what is there.</summary>
internal sealed class ObjectChange
{
    private static readonly Action<ResourceDeclaration, IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>> PrepareWhole
        = static (declaration, value, old) => declaration.PrepareForUpdate(value, old);

    private static readonly Action<ResourceDeclaration, IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>> PrepareStatus
        = static (declaration, value, old) => declaration.PrepareForStatusUpdate(value, old);

    /// <summary>A new object, owned by the update; called again after a conflict. Keeping its resource version makes it conditional.</summary>
    public required Func<CachedObject, CancellationToken, ValueTask<IKubernetesObject<V1ObjectMeta>>> Make { get; init; }

    /// <summary>Makes the object to create where there is none; null: that is not found.</summary>
    public Func<IKubernetesObject<V1ObjectMeta>>? Absent { get; init; }

    /// <summary>As <see cref="Absent"/>, for a write that creates as a matter of course: when another one creates first, the change is made on that.</summary>
    public Func<CancellationToken, ValueTask<IKubernetesObject<V1ObjectMeta>>>? MakeAbsent { get; private init; }

    /// <summary>Carries over what this update may not change.</summary>
    public Action<ResourceDeclaration, IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>> Prepare { get; init; } = PrepareWhole;

    /// <summary>The object must be this one; null for whichever has the name.</summary>
    public string? PreconditionUid { get; private init; }

    /// <summary>How admission sees the change; null: as the whole object.</summary>
    public AdmissionView? View { get; init; }

    /// <summary>Collects the faults.</summary>
    public Action<ResourceDeclaration, IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>, FieldErrors> Validate { get; init; }
        = static (declaration, value, old, errors) => declaration.ValidateUpdate(value, old, errors);

    /// <summary>The same change, which creates where there is nothing.</summary>
    public ObjectChange OrCreate(Func<CancellationToken, ValueTask<IKubernetesObject<V1ObjectMeta>>> make)
        => new() { Make = Make, MakeAbsent = make, Prepare = Prepare, View = View, Validate = Validate, PreconditionUid = PreconditionUid };

    /// <summary>The same change, of nothing but the object with this uid.</summary>
    public ObjectChange Only(string? uid)
        => string.IsNullOrEmpty(uid) ? this : new() { Make = Make, Absent = Absent, MakeAbsent = MakeAbsent, Prepare = Prepare, View = View, Validate = Validate, PreconditionUid = uid };

    /// <summary>Of a whole object.</summary>
    public static ObjectChange Whole(Func<CachedObject, CancellationToken, ValueTask<IKubernetesObject<V1ObjectMeta>>> make, Func<IKubernetesObject<V1ObjectMeta>>? absent = null)
        => new() { Make = make, Absent = absent };

    /// <summary>Of the status alone.</summary>
    public static ObjectChange Status(Func<CachedObject, CancellationToken, ValueTask<IKubernetesObject<V1ObjectMeta>>> make) => new()
    {
        Make = make,
        Prepare = PrepareStatus,
        Validate = static (declaration, value, old, errors) => declaration.ValidateStatusUpdate(value, old, errors),
    };

    /// <summary>By the server itself: nothing is carried over or checked beside the metadata.</summary>
    public static ObjectChange Trusted(Func<CachedObject, CancellationToken, ValueTask<IKubernetesObject<V1ObjectMeta>>> make) => new()
    {
        Make = make,
        Prepare = static (_, _, _) => { },
        Validate = static (_, _, _, _) => { },
    };
}
