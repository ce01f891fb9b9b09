using k8s;
using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Resources;

/// <summary>Everything that the request pipeline needs to serve one resource in one version; a kind is added by adding one of these.</summary>
/// <remarks>
/// The order on a write is upstream's: decode, <see cref="Default"/>, mutating admission, prepare, <see cref="Validate"/>, validating
/// admission, commit. Objects that are handed in as new are owned by the request and may be changed; old ones are shared and never are.
/// Instances have no state and are safe for concurrent use.
/// </remarks>
public abstract class ResourceDeclaration
{
    private static readonly Dictionary<string, PartialUpdate> NoPartialUpdates = [];

    private protected ResourceDeclaration(GroupVersionKind kind, string plural, ResourceScope scope, Type objectType)
    {
        Kind = kind;
        Scope = scope;
        ObjectType = objectType;
        Resource = new GroupVersionResource(kind.Group, kind.Version, plural);
    }

    /// <summary>Group, version and kind.</summary>
    public GroupVersionKind Kind { get; }

    /// <summary>Group, version and lower-case plural.</summary>
    public GroupVersionResource Resource { get; }

    /// <summary>Whether objects live in namespaces.</summary>
    public ResourceScope Scope { get; }

    /// <summary>The model type of an object.</summary>
    public Type ObjectType { get; }

    /// <summary>Lower-case singular, which kubectl accepts too.</summary>
    public virtual string Singular => Kind.Kind.ToLowerInvariant();

    /// <summary>Kind of a list of objects.</summary>
    internal virtual string ListKind => Kind.Kind + "List";

    /// <summary>Whether a finalizer may lack a domain in front of its name, as upstream has it outside the core kinds.</summary>
    internal virtual bool TakesAnyFinalizer => false;

    /// <summary>What whoever asks for it is told of a version that is on its way out; null for others.</summary>
    internal virtual string? DeprecationWarning => null;

    /// <summary>Whether the mark of a deletion is a new generation.</summary>
    internal virtual bool CountsDeletion => true;

    /// <summary>Such as <c>po</c>.</summary>
    public virtual IReadOnlyList<string> ShortNames => [];

    /// <summary>Such as <c>all</c>.</summary>
    public virtual IReadOnlyList<string> Categories => [];

    /// <summary>Whether a table begins with the name; events show theirs last, and only when wide.</summary>
    public virtual bool BeginsWithName => true;

    /// <summary>Columns after <c>Name</c>, <c>Age</c> included where it is wanted.</summary>
    public virtual IReadOnlyList<PrinterColumn> Columns => [PrinterColumns.Age];

    /// <summary>The conditions of a table's row; most have none.</summary>
    internal virtual RowCondition? RowConditionOf(object value) => null;

    /// <summary>The order of rows in tables; null for that of keys.</summary>
    internal virtual Comparison<object>? RowOrder => null;

    /// <summary>Fields that a field selector may name besides <c>metadata.name</c> and <c>metadata.namespace</c>.</summary>
    public virtual IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>();

    /// <summary>The selectable field whose values upstream keeps an index of, so that a page by one looks at nothing else; null for none.</summary>
    internal virtual string? IndexedField => null;

    /// <summary>Whether the kind has a status that is written through its own subresource.</summary>
    public virtual bool HasStatus => false;

    /// <summary>Null: the kind cannot be scaled.</summary>
    public virtual ScaleMapping? Scale => null;

    /// <summary>By name, subresources that change one part of an object, besides status and scale.</summary>
    public virtual IReadOnlyDictionary<string, PartialUpdate> PartialUpdates => NoPartialUpdates;

    /// <summary>Whether an update without a resource version is taken as "whatever is there".</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>Whether a PUT to an absent name creates.</summary>
    public virtual bool AllowsCreateOnUpdate => false;

    /// <summary>Of a kind whose deletion never waits for dependents and never lets them be, whatever is asked for.</summary>
    internal const string NoPropagation = "None";

    /// <summary>The propagation that a delete without one means: <c>Background</c> or <c>Orphan</c>.</summary>
    public virtual string DefaultPropagation => "Background";

    /// <summary>What whoever deletes is told where nothing is said of dependents; null for most.</summary>
    internal virtual string? DeletionWarning => null;

    /// <summary>How long objects of the kind live after their last write; null for ever. (Upstream keeps events an hour.)</summary>
    public virtual TimeSpan? TimeToLive => null;

    /// <summary>The declaration whose stored objects this one shows in another group or version; null for a stored form.</summary>
    /// <remarks>With one, <see cref="ToStored"/> and <see cref="FromStored"/> convert.</remarks>
    public virtual Type? StoredAs => null;

    /// <summary>Key prefix in the store, with a trailing slash.</summary>
    public string StoragePrefix => $"/registry/{(Kind.Group.Length == 0 ? "core" : Kind.Group)}/{Resource.Resource}/";

    /// <summary>Converts to the stored form.</summary>
    public virtual IKubernetesObject<V1ObjectMeta> ToStored(IKubernetesObject<V1ObjectMeta> value) => value;

    /// <summary>Converts to the stored form, where that may take a while.</summary>
    internal virtual ValueTask<IKubernetesObject<V1ObjectMeta>> ToStoredAsync(IKubernetesObject<V1ObjectMeta> value, CancellationToken cancellationToken)
        => new(ToStored(value));

    /// <summary>Converts from the stored form; the argument is shared and not changed.</summary>
    public virtual IKubernetesObject<V1ObjectMeta> FromStored(IKubernetesObject<V1ObjectMeta> stored) => stored;

    /// <summary>Checks a name; adds what is wrong with it.</summary>
    public virtual void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors)
        => NameRules.DnsSubdomain(name, isPrefix, path, errors);

    /// <summary>Fills in upstream's defaults; runs on every decoded object.</summary>
    public abstract void Default(IKubernetesObject<V1ObjectMeta> value);

    /// <summary>Clears what a creator may not set (status), sets what the server owns (generation 1).</summary>
    public abstract void PrepareForCreate(IKubernetesObject<V1ObjectMeta> value);

    /// <summary>As <see cref="PrepareForCreate(IKubernetesObject{V1ObjectMeta})"/>; adds what the creator is told of what was changed.</summary>
    internal virtual void PrepareForCreate(IKubernetesObject<V1ObjectMeta> value, ICollection<string> warnings) => PrepareForCreate(value);

    /// <summary>Writes into a new object who asked for it; runs after <see cref="PrepareForCreate(IKubernetesObject{V1ObjectMeta})"/>, where no admission can change it.</summary>
    public virtual void TakeRequester(IKubernetesObject<V1ObjectMeta> value, UserInfo user)
    {
    }

    /// <summary>Carries over what an update may not change (status), counts the generation up when the desired state changed.</summary>
    public abstract void PrepareForUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old);

    /// <summary>Carries over everything but the status.</summary>
    public abstract void PrepareForStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old);

    /// <summary>Collects all faults of a new object; the metadata's are checked by the pipeline.</summary>
    public abstract void Validate(IKubernetesObject<V1ObjectMeta> value, FieldErrors errors);

    /// <summary>Collects all faults of a change, <see cref="Validate"/>'s included.</summary>
    public abstract void ValidateUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors);

    /// <summary>Collects all faults of a status change.</summary>
    public abstract void ValidateStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors);

    /// <summary>Texts for the client's <c>Warning</c> headers; old is null on create.</summary>
    public abstract IEnumerable<string> WarningsFor(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta>? old);

    /// <summary>Texts about a changed status.</summary>
    internal virtual IEnumerable<string> StatusWarningsFor(IKubernetesObject<V1ObjectMeta> value) => [];

    /// <summary>How long a deleted object lives on so that someone can stop it in order; zero deletes at once.</summary>
    /// <param name="value">What is stored.</param>
    /// <param name="requested">What the deleter asked for; null for the object's own.</param>
    /// <remarks>Zero, also where more was asked for, means that the object goes as soon as its finalizers allow.</remarks>
    public abstract TimeSpan GracePeriodFor(IKubernetesObject<V1ObjectMeta> value, TimeSpan? requested);

    /// <summary>Whether something in the object's own spec keeps it alive after its deletion began, as a namespace's finalizers do.</summary>
    public virtual bool HoldsDeletion(IKubernetesObject<V1ObjectMeta> value) => false;

    /// <summary>Shows in an object, owned by the caller, that its deletion has begun; the metadata is the pipeline's.</summary>
    public virtual void MarkDeleting(IKubernetesObject<V1ObjectMeta> value)
    {
    }
}
