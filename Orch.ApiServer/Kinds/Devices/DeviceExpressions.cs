using Orch.ApiServer.Validation;
using Orch.Cel;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>Compiles expressions that pick devices, to find what is wrong with them.</summary>
internal static class DeviceExpressions
{
    private static readonly CelEnvironment Environment = CelEnvironment.Kubernetes.Extend(static builder => builder.AllowBindings().AddVariable("device", CelObjectType.Of("kubernetes.DRADevice",
    [
        KeyValuePair.Create("driver", CelType.String.WithMaxSize(DeviceLimits.DomainBytes)),
        KeyValuePair.Create("attributes", ByDomain(CelType.Dyn.WithMaxSize(DeviceLimits.AttributeBytes))),
        KeyValuePair.Create("capacity", ByDomain(CelType.Opaque("kubernetes.Quantity"))),
        KeyValuePair.Create("allowMultipleAllocations", CelType.Bool),
    ])));

    /// <summary>Adds what is wrong with one.</summary>
    public static void Check(string expression, FieldPath path, FieldErrors errors)
    {
        var compilation = Environment.Compile(expression);
        if (!compilation.IsValid) { errors.Invalid(path, expression, $"compilation failed: {compilation.ErrorText()}"); }
        else if (!compilation.ResultType.IsSame(CelType.Bool) && !compilation.ResultType.IsSame(CelType.Dyn))
        {
            errors.Invalid(path, expression, $"must evaluate to bool or the unknown type, not {compilation.ResultType}");
        }
        else if (compilation.EstimateCost().Max > DeviceLimits.ExpressionCost)
        {
            errors.Forbidden(path, "too complex, exceeds cost limit");
        }
    }

    // The bounds are what costs are reckoned from.
    private static CelType ByDomain(CelType value) => CelType.Map(
        CelType.String.WithMaxSize(DeviceLimits.DomainBytes),
        CelType.Map(CelType.String.WithMaxSize(DeviceLimits.IdentifierBytes), value, DeviceLimits.AttributesAndCapacities),
        DeviceLimits.AttributesAndCapacities);
}
