using Orch.ApiServer.Caching;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.InProcess;

/// <summary>The parts of the server that in-process clients call.</summary>
/// <param name="Resources">What is served.</param>
/// <param name="Gate">Lets calls in: records them, makes them wait their turn, asks whether they may.</param>
/// <param name="Reader">Gets and lists.</param>
/// <param name="Writer">Writes.</param>
/// <param name="Applies">Applies.</param>
/// <param name="Scale">Scales.</param>
/// <param name="Creates">Reviews, tokens, bindings.</param>
/// <param name="Patcher">Applies patches.</param>
/// <param name="Mirror">Tells how far the caches are.</param>
/// <param name="Schemas">Of the models.</param>
/// <param name="Limits">Bounds on a call.</param>
/// <param name="Time">By which they are kept.</param>
internal sealed record InProcessServer(
    ServedResources Resources, InProcessGate Gate, ObjectReader Reader, ObjectWriter Writer, ApplyEndpoint Applies, ScaleEndpoint Scale, CreateEndpoint Creates,
    IPatcher Patcher, StoreMirror Mirror, ModelSchemas Schemas, ServingLimits Limits, TimeProvider Time)
{
    /// <summary>Bounds how long a call may take, as that of any request over the wire.</summary>
    public RequestDeadline Limit(InProcessCall call, CancellationToken cancellationToken)
    {
        var deadline = new RequestDeadline(Limits.RequestTimeout, Time, cancellationToken);
        call.Cancellation = deadline.Token;
        return deadline;
    }
}
