"""Flask extensions, made once and bound in `create_app`."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import event

from app.infra.orm import Base
from app.infra.tenancy import bind_tenant

db = SQLAlchemy(metadata=Base.metadata)
event.listen(db.session, "after_begin", bind_tenant)
migrate = Migrate(directory="migrations")
babel = Babel()
csrf = CSRFProtect()
mail = Mail()
limiter = Limiter(get_remote_address, headers_enabled=False)
