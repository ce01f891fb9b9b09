using k8s.Models;
using Orch.ApiServer.Validation;
using static Orch.ApiServer.Kinds.FlowControl.FlowControlNames;

namespace Orch.ApiServer.Kinds.FlowControl;

/// <summary>The rules for priority levels.</summary>
internal static class PriorityLevelRules
{
    private const int MaxQueues = 10_000_000;
    private const int MaxHashBits = 60;
    private const string RoundTripKey = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

    /// <summary>A level by itself.</summary>
    public static void Validate(V1PriorityLevelConfiguration level, FieldErrors errors)
    {
        if (level.Metadata.Annotations?.ContainsKey(RoundTripKey) == true)
        {
            errors.Forbidden(FieldPath.Of("metadata").Child("annotations"), $"annotation '{RoundTripKey}' is forbidden in flowcontrol.apiserver.k8s.io/v1");
        }

        var path = FieldPath.Of("spec");
        var (name, spec) = (level.Metadata.Name, level.Spec ?? new V1PriorityLevelConfigurationSpec());
        if ((name == Exempt) != (spec.Type == "Exempt")) { errors.Invalid(path.Child("type"), spec.Type ?? string.Empty, "type must be 'Exempt' if and only if name is 'exempt'"); }
        switch (spec.Type)
        {
            case "Exempt":
                if (spec.Limited is not null) { errors.Forbidden(path.Child("limited"), "must be nil if the type is not Limited"); }
                if (spec.Exempt is { } exempt) { ExemptLevel(exempt, path.Child("exempt"), errors); }
                break;
            case "Limited":
                if (spec.Exempt is not null) { errors.Forbidden(path.Child("exempt"), "must be nil if the type is Limited"); }
                if (spec.Limited is { } limited) { LimitedLevel(limited, path.Child("limited"), errors); }
                else { errors.Required(path.Child("limited"), "must not be empty when type is Limited"); }
                break;
            default:
                errors.NotSupported(path.Child("type"), spec.Type ?? string.Empty, "Exempt", "Limited");
                break;
        }

        Mandatory(name, spec, path, errors);
    }

    /// <summary>A level's conditions.</summary>
    public static void ValidateStatus(V1PriorityLevelConfigurationStatus? status, FieldErrors errors)
        => FlowSchemaRules.Conditions(status?.Conditions?.Select(static condition => condition.Type), errors);

    private static void Mandatory(string? name, V1PriorityLevelConfigurationSpec spec, FieldPath path, FieldErrors errors)
    {
        if (MandatorySpecs.OfLevel(name) is not { } mandatory) { return; }
        if (name != Exempt)
        {
            if (!ContentEquality.Same(spec, mandatory)) { errors.Invalid(path, spec, $"spec of '{name}' must equal the fixed value"); }
            return;
        }

        // How much the exempt level lends is the administrator's to say.
        if (spec.Type != mandatory.Type || spec.Limited is not null) { errors.Invalid(path, spec, $"spec of '{name}' except the 'spec.exempt' field must equal the fixed value"); }
    }

    private static void ExemptLevel(V1ExemptPriorityLevelConfiguration level, FieldPath path, FieldErrors errors)
    {
        if (level.NominalConcurrencyShares < 0) { errors.Invalid(path.Child("nominalConcurrencyShares"), level.NominalConcurrencyShares, "must be a non-negative integer"); }
        if (level.LendablePercent is < 0 or > 100) { errors.Invalid(path.Child("lendablePercent"), level.LendablePercent, TextRules.Between(0, 100)); }
    }

    private static void LimitedLevel(V1LimitedPriorityLevelConfiguration level, FieldPath path, FieldErrors errors)
    {
        if (level.NominalConcurrencyShares < 0) { errors.Invalid(path.Child("nominalConcurrencyShares"), level.NominalConcurrencyShares, "must be a non-negative integer"); }
        Response(level.LimitResponse ?? new V1LimitResponse(), path.Child("limitResponse"), errors);
        if (level.LendablePercent is < 0 or > 100) { errors.Invalid(path.Child("lendablePercent"), level.LendablePercent, TextRules.Between(0, 100)); }
        if (level.BorrowingLimitPercent < 0) { errors.Invalid(path.Child("borrowingLimitPercent"), level.BorrowingLimitPercent, "if specified, must be a non-negative integer"); }
    }

    private static void Response(V1LimitResponse response, FieldPath path, FieldErrors errors)
    {
        switch (response.Type)
        {
            case "Reject":
                if (response.Queuing is not null) { errors.Forbidden(path.Child("queuing"), "must be nil if limited.limitResponse.type is not Limited"); }
                break;
            case "Queue":
                if (response.Queuing is { } queuing) { Queuing(queuing, path.Child("queuing"), errors); }
                else { errors.Required(path.Child("queuing"), "must not be empty if limited.limitResponse.type is Limited"); }
                break;
            default:
                errors.NotSupported(path.Child("type"), response.Type ?? string.Empty, "Queue", "Reject");
                break;
        }
    }

    private static void Queuing(V1QueuingConfiguration queuing, FieldPath path, FieldErrors errors)
    {
        var (queues, hand, limit) = (queuing.Queues ?? 0, queuing.HandSize ?? 0, queuing.QueueLengthLimit ?? 0);
        if (limit <= 0) { errors.Invalid(path.Child("queueLengthLimit"), limit, "must be positive"); }
        if (queues <= 0) { errors.Invalid(path.Child("queues"), queues, "must be positive"); }
        else if (queues > MaxQueues) { errors.Invalid(path.Child("queues"), queues, $"must not be greater than {MaxQueues}"); }
        if (hand <= 0) { errors.Invalid(path.Child("handSize"), hand, "must be positive"); }
        else if (hand > queues) { errors.Invalid(path.Child("handSize"), hand, $"should not be greater than queues ({queues})"); }
        else if ((int)Math.Ceiling(Math.Log2(queues) * hand) > MaxHashBits)
        {
            errors.Invalid(path.Child("handSize"), hand, $"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {MaxHashBits}");
        }
    }
}
