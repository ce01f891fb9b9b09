using k8s;
using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Resources;

/// <summary>A declaration over one model type; group, version and kind come from the type's <see cref="KubernetesEntityAttribute"/>.</summary>
/// <typeparam name="T">The model, such as <see cref="V1ConfigMap"/>.</typeparam>
public abstract class ResourceDeclaration<T> : ResourceDeclaration
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Declares a resource.</summary>
    /// <param name="plural">Lower-case plural; it stands in paths.</param>
    /// <param name="scope">Whether objects live in namespaces.</param>
    protected ResourceDeclaration(string plural, ResourceScope scope)
        : base(KindOf(), plural, scope, typeof(T))
    {
    }

    /// <summary>Fills in upstream's defaults.</summary>
    protected virtual void Default(T value)
    {
    }

    /// <summary>Clears what a creator may not set.</summary>
    protected virtual void PrepareForCreate(T value)
    {
    }

    /// <summary>Carries over what an update may not change.</summary>
    protected virtual void PrepareForUpdate(T value, T old)
    {
    }

    /// <summary>Carries over everything but the status.</summary>
    protected virtual void PrepareForStatusUpdate(T value, T old)
    {
    }

    /// <summary>Collects all faults of an object.</summary>
    protected virtual void Validate(T value, FieldErrors errors)
    {
    }

    /// <summary>Collects all faults of a change; by default those of the new object.</summary>
    protected virtual void ValidateUpdate(T value, T old, FieldErrors errors) => Validate(value, errors);

    /// <summary>Collects all faults of a status change.</summary>
    protected virtual void ValidateStatusUpdate(T value, T old, FieldErrors errors)
    {
    }

    /// <summary>Texts for the client's <c>Warning</c> headers.</summary>
    protected virtual IEnumerable<string> WarningsFor(T value, T? old) => [];

    /// <summary>How long a deleted object lives on; zero by default.</summary>
    protected virtual TimeSpan GracePeriodFor(T value, TimeSpan? requested) => TimeSpan.Zero;

    /// <summary>A column over the typed object.</summary>
    protected static PrinterColumn Column(string name, string type, Func<T, object?> value, int priority = 0, string description = "")
        => new(name, type, (item, _) => value((T)item)) { Priority = priority, Description = description };

    /// <inheritdoc />
    public sealed override void Default(IKubernetesObject<V1ObjectMeta> value) => Default((T)value);

    /// <inheritdoc />
    public sealed override void PrepareForCreate(IKubernetesObject<V1ObjectMeta> value) => PrepareForCreate((T)value);

    /// <inheritdoc />
    public sealed override void PrepareForUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old)
        => PrepareForUpdate((T)value, (T)old);

    /// <inheritdoc />
    public sealed override void PrepareForStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old)
        => PrepareForStatusUpdate((T)value, (T)old);

    /// <inheritdoc />
    public sealed override void Validate(IKubernetesObject<V1ObjectMeta> value, FieldErrors errors) => Validate((T)value, errors);

    /// <inheritdoc />
    public sealed override void ValidateUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors)
        => ValidateUpdate((T)value, (T)old, errors);

    /// <inheritdoc />
    public sealed override void ValidateStatusUpdate(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old, FieldErrors errors)
        => ValidateStatusUpdate((T)value, (T)old, errors);

    /// <inheritdoc />
    public sealed override IEnumerable<string> WarningsFor(IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta>? old)
        => WarningsFor((T)value, (T?)old);

    /// <inheritdoc />
    public sealed override TimeSpan GracePeriodFor(IKubernetesObject<V1ObjectMeta> value, TimeSpan? requested)
        => GracePeriodFor((T)value, requested);

    private static GroupVersionKind KindOf()
    {
        var entity = Attribute.GetCustomAttribute(typeof(T), typeof(KubernetesEntityAttribute)) as KubernetesEntityAttribute
            ?? throw new ArgumentException($"{typeof(T)} has no KubernetesEntityAttribute, so its group, version and kind are unknown.");
        return new GroupVersionKind(entity.Group ?? string.Empty, entity.ApiVersion, entity.Kind);
    }
}
