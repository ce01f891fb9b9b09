using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for what probes and lifecycle hooks do: one thing each.</summary>
internal static class HandlerRules
{
    private const string OnlyOne = "may not specify more than 1 handler type";

    /// <summary>A probe's action.</summary>
    public static void Validate(V1Probe probe, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        Exec(probe.Exec, ref count, path, errors);
        Http(probe.HttpGet, ref count, path, errors);
        Tcp(probe.TcpSocket, ref count, path, errors);
        if (probe.Grpc is { } grpc && IsFirst(ref count, path, "grpc", errors)) { NumberRules.Port(grpc.Port, path.Child("grpc"), "port", errors); }
        if (count == 0) { errors.Required(path, "must specify a handler type"); }
    }

    /// <summary>A lifecycle hook's action.</summary>
    public static void Validate(V1LifecycleHandler handler, long? gracePeriodSeconds, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        Exec(handler.Exec, ref count, path, errors);
        Http(handler.HttpGet, ref count, path, errors);
        Tcp(handler.TcpSocket, ref count, path, errors);
        if (handler.Sleep is { } sleep && IsFirst(ref count, path, "sleep", errors) && gracePeriodSeconds is { } grace && (sleep.Seconds < 0 || sleep.Seconds > grace))
        {
            errors.Invalid(path.Child("sleep"), sleep.Seconds, string.Create(CultureInfo.InvariantCulture, $"must be non-negative and less than terminationGracePeriodSeconds ({grace})"));
        }

        if (count == 0) { errors.Required(path, "must specify a handler type"); }
    }

    private static void Exec(V1ExecAction? action, ref int count, FieldPath path, FieldErrors errors)
    {
        if (action is null || !IsFirst(ref count, path, "exec", errors)) { return; }
        if (action.Command is not { Count: > 0 }) { errors.Required(path.Child("exec").Child("command")); }
    }

    private static void Http(V1HTTPGetAction? action, ref int count, FieldPath path, FieldErrors errors)
    {
        if (action is null || !IsFirst(ref count, path, "httpGet", errors)) { return; }
        var at = path.Child("httpGet");
        if (string.IsNullOrEmpty(action.Path)) { errors.Required(at.Child("path")); }
        NumberRules.PortOrName(action.Port, at, "port", errors);
        if (action.Scheme is not ("HTTP" or "HTTPS")) { errors.NotSupported(at.Child("scheme"), action.Scheme ?? string.Empty, "HTTP", "HTTPS"); }
        foreach (var header in action.HttpHeaders ?? []) { TextRules.HeaderName(header.Name ?? string.Empty, at.Child("httpHeaders"), errors); }
    }

    private static void Tcp(V1TCPSocketAction? action, ref int count, FieldPath path, FieldErrors errors)
    {
        if (action is not null && IsFirst(ref count, path, "tcpSocket", errors)) { NumberRules.PortOrName(action.Port, path.Child("tcpSocket"), "port", errors); }
    }

    private static bool IsFirst(ref int count, FieldPath path, string field, FieldErrors errors)
    {
        if (count++ == 0) { return true; }
        errors.Forbidden(path.Child(field), OnlyOne);
        return false;
    }
}
