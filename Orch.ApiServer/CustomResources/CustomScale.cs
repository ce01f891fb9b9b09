using System.Globalization;
using k8s.Models;
using Orch.ApiServer.CustomResources.Paths;
using Orch.ApiServer.Json;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.CustomResources;

/// <summary>The scale of a custom resource: where its replicas and its selector stand.</summary>
internal sealed class CustomScale
{
    private readonly FieldRoute _specReplicas;
    private readonly FieldRoute _statusReplicas;
    private readonly FieldRoute? _selector;

    public CustomScale(V1CustomResourceSubresourceScale scale)
    {
        _specReplicas = FieldRoute.Parse(scale.SpecReplicasPath);
        _statusReplicas = FieldRoute.Parse(scale.StatusReplicasPath);
        _selector = string.IsNullOrEmpty(scale.LabelSelectorPath) ? null : FieldRoute.Parse(scale.LabelSelectorPath);
        Mapping = new ScaleMapping(SpecReplicas, SetSpecReplicas, item => (int)(_statusReplicas.Number(((CustomObject)item).Content) ?? 0), Selector);
    }

    /// <summary>As the scale endpoint uses it.</summary>
    public ScaleMapping Mapping { get; }

    /// <summary>Adds what is wrong with the numbers and the selector.</summary>
    public void Validate(JsonMap content, FieldErrors errors)
    {
        Count(_specReplicas, content, errors);
        ValidateStatus(content, errors);
    }

    /// <summary>The same of the status alone.</summary>
    public void ValidateStatus(JsonMap content, FieldErrors errors)
    {
        Count(_statusReplicas, content, errors);
        if (_selector is not null && _selector.TryGet(content, out var value) && value is not string)
        {
            errors.Invalid(FieldPath.Of(_selector.Text), string.Empty, $"{_selector.Text} accessor error: {Patching.GoText.Show(value)} is of the type {GoType(value)}, expected string");
        }
    }

    private static void Count(FieldRoute route, JsonMap content, FieldErrors errors)
    {
        if (!route.TryGet(content, out var value)) { return; }
        var path = FieldPath.Of(route.Text);
        if (value is not JsonNumber number || !long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
        {
            errors.Invalid(path, 0, $"{route.Text} accessor error: {Patching.GoText.Show(value)} is of the type {GoType(value)}, expected int64");
        }
        else if (count < 0) { errors.Invalid(path, count, "should be a non-negative integer"); }
        else if (count > int.MaxValue) { errors.Invalid(path, count, $"should be less than or equal to {int.MaxValue}"); }
    }

    private static string GoType(object? value) => value switch
    {
        null => "<nil>", string => "string", bool => "bool", JsonNumber => "float64", JsonList => "[]interface {}", _ => "map[string]interface {}",
    };

    private int SpecReplicas(object item)
        => _specReplicas.TryGet(((CustomObject)item).Content, out _)
            ? (int)Math.Clamp(_specReplicas.Number(((CustomObject)item).Content) ?? 0, int.MinValue, int.MaxValue)
            : throw ApiErrors.Internal($"the spec replicas field \"{_specReplicas.Text}\" does not exist");

    private void SetSpecReplicas(object item, int replicas)
        => _specReplicas.TrySet(((CustomObject)item).Content, new JsonNumber(replicas.ToString(CultureInfo.InvariantCulture)));

    private string Selector(object item)
        => _selector is not null && _selector.TryGet(((CustomObject)item).Content, out var value) && value is string text ? text : string.Empty;
}
